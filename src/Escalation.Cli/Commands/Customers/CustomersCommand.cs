using System.CommandLine;
using System.Text.Json;
using Escalation.Cli.Commands.Rules;
using Escalation.Core.Tickets;
using Escalation.Service.Api;
using Escalation.Service.Identity;

namespace Escalation.Cli.Commands.Customers;

/// <summary><c>customers show|list|link|unlink</c>: which ids are one person across channels.</summary>
internal static class CustomersCommand
{
    /// <summary>The command with its sub-commands.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="order">Follows an order through the ordered writer; the refusal where it cannot be followed.</param>
    public static Command Create(TimeProvider clock, Func<ParseResult, LinkOrder, CancellationToken, Task<(string Field, string Message)?>> order) =>
        new("customers", "Which ids are one person across channels. Example: escalation customers list")
        {
            Show(clock), List(clock),
            Decide("link", true, "Says that an id belongs to a customer: from the next message on both are one person. Example: escalation customers link shop/77 anna@example.com --reason \"she called\"", clock, order),
            Decide("unlink", false, "Takes a link back, or turns a suggestion down. Example: escalation customers unlink shop/77 anna@example.com --reason \"a shared mailbox\"", clock, order),
        };

    private static Command Show(TimeProvider clock)
    {
        var id = new Argument<string>("ID") { Description = "Any id of the person, as messages carry it." };
        var command = new Command("show", "Shows the person that an id is. Example: escalation customers show anna@example.com") { id };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            var view = await CustomerView.OfAsync(new People(database), new CustomerId(parse.GetRequiredValue(id)), clock.Now(), cancellation);
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(view, Json.Indented));
            else Print(view);
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static Command List(TimeProvider clock)
    {
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50, HelpName = "N" };
        limit.AtLeast(1);
        var command = new Command("list", "Lists links that wait for a person: suggestions and conflicts. Example: escalation customers list --json") { limit };
        command.SetAction((parse, cancellation) => RulesDatabase.WithAsync(parse, async database =>
        {
            var views = (await new People(database).WaitingAsync(parse.GetValue(limit), clock.Now(), cancellation)).Select(l => CustomerLinkView.Of(l, null)).ToList();
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(views, Json.Indented));
            else if (views.Count == 0) Console.WriteLine("no link waits for a person");
            else foreach (var view in views) Console.WriteLine(LineOf(view));
            return ExitCode.Done;
        }, cancellation));
        return command;
    }

    private static Command Decide(string name, bool linked, string description, TimeProvider clock, Func<ParseResult, LinkOrder, CancellationToken, Task<(string Field, string Message)?>> order)
    {
        var customer = new Argument<string>("CUSTOMER") { Description = "The customer." };
        var address = new Argument<string>("ADDRESS") { Description = "The other id, as messages carry it." };
        var reason = new Option<string>("--reason") { Description = "Why, for the record.", Required = true, HelpName = "TEXT" };
        var command = new Command(name, description) { customer, address, reason, RulesDatabase.By };
        command.SetAction(async (parse, cancellation) =>
        {
            var why = parse.GetRequiredValue(reason).Trim();
            var asked = new LinkOrder(new CustomerId(parse.GetRequiredValue(customer).Trim()), new CustomerId(parse.GetRequiredValue(address).Trim()), linked, parse.GetRequiredValue(RulesDatabase.By), why);
            var refused = why.Length == 0 ? ("--reason", "is blank; say why, for the record")
                : !asked.Customer.IsKnown || !asked.Address.IsKnown ? ("CUSTOMER, ADDRESS", "a blank id is nobody's; name both")
                : await order(parse, asked, cancellation);
            if (refused is { } problem)
            {
                await Console.Error.WriteLineAsync($"{problem.Item1}: {problem.Item2}");
                return ExitCode.BadInput;
            }
            return await RulesDatabase.WithAsync(parse, async database =>
            {
                var view = await CustomerView.OfAsync(new People(database), asked.Customer, clock.Now(), cancellation);
                if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(view, Json.Indented));
                else Print(view);
                return ExitCode.Done;
            }, cancellation);
        });
        return command;
    }

    private static void Print(CustomerView view)
    {
        Console.WriteLine($"{view.Id}  {(view.Members.Count == 1 ? "one id" : string.Join(", ", view.Members))}");
        foreach (var link in view.Links) Console.WriteLine("  " + LineOf(link));
    }

    private static string LineOf(CustomerLinkView link)
    {
        var line = link.State switch
        {
            "in_force" => $"{link.Address} is {link.CustomerId}",
            "suggested" => $"{link.Address} may be {link.CustomerId}: nobody vouches for it",
            "conflict" => $"{link.Address} is vouched for as {link.CustomerId} too, and belongs to {link.HolderNow}",
            _ => $"{link.Address} is not {link.CustomerId}",
        };
        return $"{line}, since {link.Since}{(link.Decided is { } by ? $" ({by.Actor}: {by.Reason})" : "")}";
    }
}
