using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;

namespace Escalation.Tests.Derived.Text;

public sealed class LanguageDetectorTests
{
    [Theory,
     InlineData("en", "I have been waiting for my order since Monday and nobody answers the phone."),
     InlineData("de", "Ich warte seit Montag auf meine Bestellung und niemand geht an das Telefon."),
     InlineData("fr", "J'attends ma commande depuis lundi et personne ne répond au téléphone, c'est inadmissible."),
     InlineData("es", "Estoy esperando mi pedido desde el lunes y nadie contesta el teléfono, gracias por nada."),
     InlineData("it", "Aspetto il mio ordine da lunedì e nessuno risponde al telefono, questo non è possibile."),
     InlineData("pt", "Estou esperando o meu pedido desde segunda-feira e ninguém atende, isso não é possível."),
     InlineData("nl", "Ik wacht al sinds maandag op mijn bestelling en er is niemand die de telefoon opneemt."),
     InlineData("ja", "月曜日から注文を待っていますが、誰も電話に出ません。とても困っています。"),
     InlineData("zh", "我从星期一开始就在等我的订单但是没有人接电话请你们马上处理这个问题谢谢"),
     InlineData("ru", "Я жду свой заказ с понедельника, и никто не отвечает на телефон.")]
    public void Languages_are_told_apart(string expected, string text) => Assert.Equal(expected, LanguageDetector.Detect(text));

    [Fact]
    public void Under_twenty_letters_nothing_is_guessed()
    {
        Assert.Null(LanguageDetector.Detect("der die das und ist"));       // 15 letters
        Assert.Null(LanguageDetector.Detect("der die das und ist nich"));   // 19
        Assert.Equal("de", LanguageDetector.Detect("der die das und ist nicht"));
    }

    [Fact]
    public void Digits_addresses_and_handles_are_no_letters() =>
        Assert.Null(LanguageDetector.Detect("12345678901234567890 @someverylonghandlename https://example.com/the/and/of/with #averylonghashtag ok"));

    [Theory, InlineData(null, "en"), InlineData("other", "en"), InlineData("alpenshop", "de")]
    public void A_short_text_has_the_default_language_of_its_brand(string? brand, string expected)
    {
        var analyzer = new TextAnalyzer(TextResources.Empty, new Dictionary<string, string> { [""] = "en", ["alpenshop"] = "de" }, null, null);
        Assert.Equal(expected, analyzer.Analyze(Some.Message("Warum nur?") with { Brand = brand }).Message.Language);
    }

    [Fact]
    public void The_given_language_wins_over_the_detector()
    {
        var analyzer = new TextAnalyzer(TextResources.Empty, Policy.Default.DefaultLanguage, null, null);
        var message = Some.Message("Ich warte seit Montag auf meine Bestellung und niemand geht an das Telefon.");
        Assert.Equal("de", analyzer.Analyze(message).Message.Language);
        Assert.Equal("nl", analyzer.Analyze(message with { Language = "nl" }).Message.Language);
    }

    [Fact]
    public void Quoted_mail_does_not_decide_the_language()
    {
        var analyzer = new TextAnalyzer(TextResources.Empty, Policy.Default.DefaultLanguage, null, null);
        var text = "Ich warte seit Montag auf meine Bestellung.\n\nOn Mon, 2 Mar 2026, Ann wrote:\n> " + string.Join("\n> ", Enumerable.Repeat("We are very sorry for the delay and will be back to you", 9));
        Assert.Equal("de", analyzer.Analyze(Some.Message(text)).Message.Language);
    }
}
