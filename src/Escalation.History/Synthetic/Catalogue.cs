using Escalation.Core.Tickets;

namespace Escalation.History.Synthetic;

/// <summary>Something the fictional company sells.</summary>
/// <param name="Name">As on the invoice.</param>
/// <param name="Brand">The brand that customers address.</param>
/// <param name="IsDevice">A thing in a parcel; otherwise an online service.</param>
/// <param name="Weight">Share of the tickets.</param>
/// <param name="Features">Parts that customers talk about, by language code.</param>
internal sealed record SyntheticProduct(string Name, string Brand, bool IsDevice, int Weight, IReadOnlyDictionary<string, string[]> Features);

/// <summary>What a case is about: an issue type of the contracts and one kind of it.</summary>
/// <param name="Key">Section of the wordings, for example <c>billing.refund</c>.</param>
/// <param name="Team">The first-line team that ordinary cases belong to.</param>
/// <param name="ServiceWeight">How often with an online service; 0 = never.</param>
/// <param name="DeviceWeight">How often with a device; 0 = never.</param>
/// <param name="Serious">Kinds of need that may grow from it.</param>
internal sealed record Topic(string Key, string Team, int ServiceWeight, int DeviceWeight, Need[] Serious)
{
    /// <summary>The issue type, for example <c>billing</c>.</summary>
    public string IssueType { get; } = Key[..Key.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Section of the wordings that say what happened.</summary>
    public string FactSection { get; } = "fact." + Key;

    /// <summary>Even a plain report of it may be grave: a fault of a device, a theft.</summary>
    public bool CanBeGrave { get; } = Array.Exists(Serious, n => n is Need.Safety or Need.Theft);

    /// <summary>Section of the subject lines.</summary>
    public string SubjectSection { get; } = "subject." + Key;
}

/// <summary>Why a senior person is needed.</summary>
internal enum Need
{
    None, Mild,
    Deadline, Hardship, Repeated, Cancel, Loss,
    Legal, Regulator, Stopped, Safety, Theft, Breach, Press, Many,
}

/// <summary>The fictional company: products, topics, teams. Everything here is invented.</summary>
internal static class Catalogue
{
    /// <summary>The name that customers use for the company.</summary>
    public const string Company = "Quayside";

    /// <summary>The zone of the office hours.</summary>
    public const string TimeZone = "America/New_York";

    private const string Online = "quayside", Shop = "quayside-shop";

    /// <summary>The product line.</summary>
    public static readonly SyntheticProduct[] Products =
    [
        new("Ledgerline", Online, false, 20, Parts("the invoice list|the VAT report|the bank feed|the expense export|the year-end summary",
            "die Rechnungsliste|der Steuerbericht|der Bankabgleich", "la lista de facturas|el informe de impuestos", "la liste des factures|le rapport de TVA")),
        new("Stockroom", Online, false, 16, Parts("the stock list|the order screen|the picking list|the supplier import|the barcode page",
            "die Bestandsliste|die Packliste|der Lieferantenimport", "la lista de existencias|la pantalla de pedidos", "la liste des stocks|l'écran des commandes")),
        new("Paydock", Online, false, 20, Parts("the payment page|the daily settlement|the refund screen|the payout report|the receipts",
            "die Zahlungsseite|die Tagesabrechnung|die Belege", "la página de pago|el resumen del día", "la page de paiement|le relevé du jour")),
        new("Crewboard", Online, false, 12, Parts("the shift plan|the holiday calendar|the time sheet|the swap requests",
            "der Schichtplan|der Urlaubskalender|der Stundenzettel", "el plan de turnos|las vacaciones", "le planning|les congés")),
        new("Vaultkeep", Online, false, 10, Parts("the backup view|the restore page|the shared folders|the version history",
            "die Sicherungen|die Wiederherstellung|die geteilten Ordner", "las copias|la restauración", "les sauvegardes|la restauration")),
        new("Paydock Mini", Shop, true, 10, Parts("the card slot|the receipt printout|the Bluetooth pairing", "der Kartenschlitz|der Bondruck", "la ranura|el recibo", "la fente|le ticket")),
        new("Labelpress 200", Shop, true, 7, Parts("the label feed|the cutter|the driver", "der Etikettenvorschub|der Treiber", "la alimentación|el controlador", "l'alimentation|le pilote")),
        new("Scanwand", Shop, true, 5, Parts("the trigger|the docking station|the beep volume", "der Abzug|die Ladestation", "el gatillo|la base", "la gâchette|la base")),
        new("PowerBrick 90", Shop, true, 6, Parts("the charging port|the cable|the status light", "der Ladeanschluss|das Kabel", "el puerto|el cable", "le port|le câble")),
    ];

    /// <summary>What cases are about.</summary>
    public static readonly Topic[] Topics =
    [
        new("technical.down", "technical", 6, 0, [Need.Stopped, Need.Many, Need.Deadline, Need.Stopped]),
        new("technical.bug", "technical", 12, 0, [Need.Deadline, Need.Loss, Need.Repeated, Need.Stopped]),
        new("technical.slow", "technical", 8, 0, [Need.Deadline, Need.Cancel, Need.Stopped, Need.Repeated]),
        new("technical.sync", "technical", 9, 0, [Need.Loss, Need.Stopped, Need.Deadline, Need.Repeated]),
        new("billing.double", "billing", 7, 5, [Need.Hardship, Need.Legal, Need.Regulator]),
        new("billing.refund", "billing", 6, 9, [Need.Hardship, Need.Legal, Need.Regulator, Need.Repeated]),
        new("billing.price", "billing", 7, 4, [Need.Cancel, Need.Legal, Need.Regulator, Need.Press]),
        new("billing.invoice", "billing", 8, 4, [Need.Deadline, Need.Repeated, Need.Breach]),
        new("delivery.late", "logistics", 0, 15, [Need.Deadline, Need.Stopped, Need.Repeated]),
        new("delivery.lost", "logistics", 0, 12, [Need.Deadline, Need.Hardship, Need.Legal]),
        new("account.locked", "accounts", 8, 0, [Need.Stopped, Need.Deadline, Need.Loss]),
        new("account.access", "accounts", 7, 0, [Need.Breach, Need.Deadline, Need.Regulator]),
        new("service.silence", "general", 6, 6, [Need.Press, Need.Cancel, Need.Legal, Need.Repeated, Need.Regulator]),
        new("product.defect", "technical", 0, 22, [Need.Safety, Need.Safety, Need.Stopped, Need.Legal, Need.Deadline]),
        new("product.question", "general", 10, 14, [Need.Cancel, Need.Deadline]),
        new("fraud.charge", "fraud", 4, 5, [Need.Theft, Need.Legal, Need.Hardship]),
        new("fraud.takeover", "fraud", 5, 0, [Need.Theft, Need.Theft, Need.Breach]),
        new("other.misc", "general", 4, 4, [Need.Press, Need.Cancel]),
    ];

    /// <summary>How urgent a kind of need is: 0 normal, 1 watch, 2 a senior person today, 3 now.</summary>
    public static int Level(Need need) => need switch
    {
        Need.None => 0,
        Need.Mild => 1,
        <= Need.Loss => 2,
        _ => 3,
    };

    /// <summary>The section that holds the wordings of a need.</summary>
    public static string Section(Need need) => need switch
    {
        Need.None => "fine",
        Need.Mild => "mild",
        _ => NeedSections[(int)need],
    };

    /// <summary>The senior team that should have a case that needs one, an id of teams.json: each tier takes what its name says.</summary>
    /// <param name="topic">What the case is about.</param>
    /// <param name="need">Why a senior person is needed; may be less than that where the need is not in the texts.</param>
    /// <param name="outage">The case is one of an outage.</param>
    /// <param name="business">The customer is a business: theft of its money goes to the top.</param>
    public static string SeniorTeam(Topic topic, Need need, bool outage, bool business) => need switch
    {
        Need.Safety or Need.Legal or Need.Regulator or Need.Press or Need.Breach => "executive",
        Need.Many => "on-call",
        _ when outage => "on-call",
        Need.Stopped => "executive",
        Need.Theft when business => "executive",
        Need.Loss when topic.IssueType == "technical" => "senior-engineer",
        _ => topic.IssueType == "other" ? "general-escalation" : "senior-support",
    };

    /// <summary>Whether a team is one of the senior tiers.</summary>
    public static bool IsSenior(string team) => Array.IndexOf(SeniorTeams, team) >= 0;

    /// <summary>The senior tiers, ids of teams.json.</summary>
    public static readonly string[] SeniorTeams = ["executive", "senior-engineer", "on-call", "senior-support", "general-escalation"];

    private static readonly string[] NeedSections =
        [.. Enum.GetValues<Need>().Select(n => FormattableString.Invariant($"need{Level(n)}.{Wire.Name(n)}"))];

    private static Dictionary<string, string[]> Parts(string en, string de, string es, string fr) => new(StringComparer.Ordinal)
    {
        ["en"] = en.Split('|'),
        ["de"] = de.Split('|'),
        ["es"] = es.Split('|'),
        ["fr"] = fr.Split('|'),
    };
}
