using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Benchmarks.Rules.Planes;

/// <summary>The rules of <see cref="PlaneRules"/> as a person would write them in C#: no delegates, no isolation of errors. Compared with the compiled rules, rule for rule, before anything is measured.</summary>
internal static class HandWrittenRules
{
    private static readonly Action<DerivedFacts, RuleResult[], double[]>[] Tens =
        [From0, From10, From20, From30, From40, From50, From60, From70, From80, From90, From100, From110, From120, From130, From140, From150, From160, From170, From180, From190];

    /// <summary>Evaluates the first rules, a multiple of ten of them.</summary>
    public static void Evaluate(int count, DerivedFacts facts, RuleResult[] results, double[] confidences)
    {
        for (var ten = 0; ten < count / 10; ten++) Tens[ten](facts, results, confidences);
    }

    private static bool Has(IReadOnlyList<string> list, string value)
    {
        for (var i = 0; i < list.Count; i++)
            if (list[i] == value) return true;
        return false;
    }

    private static RuleResult Result(bool hit, double[] confidences, int rule)
    {
        if (!hit) return RuleResult.Miss;
        confidences[rule] = .65;
        return RuleResult.Hit;
    }

    private static void From0(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[0] = Result(f.Frustration.Available && f.Frustration.Score > 0.30, confidences, 0);
        results[1] = Result(f.Contacts.SameIssue7d > 1 && f.Ticket.AgeHours > 7, confidences, 1);
        results[2] = Result((f.Context.Severity > 1 && f.Ticket.WaitingHours > 10) || f.Ticket.ReopenCount > 1, confidences, 2);
        results[3] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.51, confidences, 3);
        results[4] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 16, confidences, 4);
        results[5] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 19, confidences, 5);
        results[6] = Result(f.Message.Text.Contains("again1", StringComparison.Ordinal) && f.Contacts.Last24h > 1, confidences, 6);
        results[7] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 2500 && f.Contacts.Last30d > 1, confidences, 7);
        results[8] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 1, confidences, 8);
        results[9] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 31 || f.Contacts.Last7d > 1), confidences, 9);
    }

    private static void From10(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[10] = Result(f.Frustration.Available && f.Frustration.Score > 0.40, confidences, 10);
        results[11] = Result(f.Contacts.SameIssue7d > 2 && f.Ticket.AgeHours > 37, confidences, 11);
        results[12] = Result((f.Context.Severity > 2 && f.Ticket.WaitingHours > 40) || f.Ticket.ReopenCount > 2, confidences, 12);
        results[13] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.61, confidences, 13);
        results[14] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 6, confidences, 14);
        results[15] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 9, confidences, 15);
        results[16] = Result(f.Message.Text.Contains("again2", StringComparison.Ordinal) && f.Contacts.Last24h > 2, confidences, 16);
        results[17] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 1500 && f.Contacts.Last30d > 2, confidences, 17);
        results[18] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 2, confidences, 18);
        results[19] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 21 || f.Contacts.Last7d > 2), confidences, 19);
    }

    private static void From20(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[20] = Result(f.Frustration.Available && f.Frustration.Score > 0.50, confidences, 20);
        results[21] = Result(f.Contacts.SameIssue7d > 3 && f.Ticket.AgeHours > 27, confidences, 21);
        results[22] = Result((f.Context.Severity > 3 && f.Ticket.WaitingHours > 30) || f.Ticket.ReopenCount > 3, confidences, 22);
        results[23] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.71, confidences, 23);
        results[24] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 36, confidences, 24);
        results[25] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 39, confidences, 25);
        results[26] = Result(f.Message.Text.Contains("again3", StringComparison.Ordinal) && f.Contacts.Last24h > 3, confidences, 26);
        results[27] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 500 && f.Contacts.Last30d > 3, confidences, 27);
        results[28] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 3, confidences, 28);
        results[29] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 11 || f.Contacts.Last7d > 3), confidences, 29);
    }

    private static void From30(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[30] = Result(f.Frustration.Available && f.Frustration.Score > 0.60, confidences, 30);
        results[31] = Result(f.Contacts.SameIssue7d > 4 && f.Ticket.AgeHours > 17, confidences, 31);
        results[32] = Result((f.Context.Severity > 4 && f.Ticket.WaitingHours > 20) || f.Ticket.ReopenCount > 4, confidences, 32);
        results[33] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.81, confidences, 33);
        results[34] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 26, confidences, 34);
        results[35] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 29, confidences, 35);
        results[36] = Result(f.Message.Text.Contains("again4", StringComparison.Ordinal) && f.Contacts.Last24h > 4, confidences, 36);
        results[37] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 3500 && f.Contacts.Last30d > 4, confidences, 37);
        results[38] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 4, confidences, 38);
        results[39] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 41 || f.Contacts.Last7d > 4), confidences, 39);
    }

    private static void From40(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[40] = Result(f.Frustration.Available && f.Frustration.Score > 0.70, confidences, 40);
        results[41] = Result(f.Contacts.SameIssue7d > 5 && f.Ticket.AgeHours > 7, confidences, 41);
        results[42] = Result((f.Context.Severity > 5 && f.Ticket.WaitingHours > 10) || f.Ticket.ReopenCount > 5, confidences, 42);
        results[43] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.31, confidences, 43);
        results[44] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 16, confidences, 44);
        results[45] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 19, confidences, 45);
        results[46] = Result(f.Message.Text.Contains("again5", StringComparison.Ordinal) && f.Contacts.Last24h > 5, confidences, 46);
        results[47] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 2500 && f.Contacts.Last30d > 5, confidences, 47);
        results[48] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 5, confidences, 48);
        results[49] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 31 || f.Contacts.Last7d > 5), confidences, 49);
    }

    private static void From50(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[50] = Result(f.Frustration.Available && f.Frustration.Score > 0.80, confidences, 50);
        results[51] = Result(f.Contacts.SameIssue7d > 1 && f.Ticket.AgeHours > 37, confidences, 51);
        results[52] = Result((f.Context.Severity > 1 && f.Ticket.WaitingHours > 40) || f.Ticket.ReopenCount > 1, confidences, 52);
        results[53] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.41, confidences, 53);
        results[54] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 6, confidences, 54);
        results[55] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 9, confidences, 55);
        results[56] = Result(f.Message.Text.Contains("again1", StringComparison.Ordinal) && f.Contacts.Last24h > 1, confidences, 56);
        results[57] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 1500 && f.Contacts.Last30d > 1, confidences, 57);
        results[58] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 1, confidences, 58);
        results[59] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 21 || f.Contacts.Last7d > 1), confidences, 59);
    }

    private static void From60(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[60] = Result(f.Frustration.Available && f.Frustration.Score > 0.30, confidences, 60);
        results[61] = Result(f.Contacts.SameIssue7d > 2 && f.Ticket.AgeHours > 27, confidences, 61);
        results[62] = Result((f.Context.Severity > 2 && f.Ticket.WaitingHours > 30) || f.Ticket.ReopenCount > 2, confidences, 62);
        results[63] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.51, confidences, 63);
        results[64] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 36, confidences, 64);
        results[65] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 39, confidences, 65);
        results[66] = Result(f.Message.Text.Contains("again2", StringComparison.Ordinal) && f.Contacts.Last24h > 2, confidences, 66);
        results[67] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 500 && f.Contacts.Last30d > 2, confidences, 67);
        results[68] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 2, confidences, 68);
        results[69] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 11 || f.Contacts.Last7d > 2), confidences, 69);
    }

    private static void From70(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[70] = Result(f.Frustration.Available && f.Frustration.Score > 0.40, confidences, 70);
        results[71] = Result(f.Contacts.SameIssue7d > 3 && f.Ticket.AgeHours > 17, confidences, 71);
        results[72] = Result((f.Context.Severity > 3 && f.Ticket.WaitingHours > 20) || f.Ticket.ReopenCount > 3, confidences, 72);
        results[73] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.61, confidences, 73);
        results[74] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 26, confidences, 74);
        results[75] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 29, confidences, 75);
        results[76] = Result(f.Message.Text.Contains("again3", StringComparison.Ordinal) && f.Contacts.Last24h > 3, confidences, 76);
        results[77] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 3500 && f.Contacts.Last30d > 3, confidences, 77);
        results[78] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 3, confidences, 78);
        results[79] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 41 || f.Contacts.Last7d > 3), confidences, 79);
    }

    private static void From80(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[80] = Result(f.Frustration.Available && f.Frustration.Score > 0.50, confidences, 80);
        results[81] = Result(f.Contacts.SameIssue7d > 4 && f.Ticket.AgeHours > 7, confidences, 81);
        results[82] = Result((f.Context.Severity > 4 && f.Ticket.WaitingHours > 10) || f.Ticket.ReopenCount > 4, confidences, 82);
        results[83] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.71, confidences, 83);
        results[84] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 16, confidences, 84);
        results[85] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 19, confidences, 85);
        results[86] = Result(f.Message.Text.Contains("again4", StringComparison.Ordinal) && f.Contacts.Last24h > 4, confidences, 86);
        results[87] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 2500 && f.Contacts.Last30d > 4, confidences, 87);
        results[88] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 4, confidences, 88);
        results[89] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 31 || f.Contacts.Last7d > 4), confidences, 89);
    }

    private static void From90(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[90] = Result(f.Frustration.Available && f.Frustration.Score > 0.60, confidences, 90);
        results[91] = Result(f.Contacts.SameIssue7d > 5 && f.Ticket.AgeHours > 37, confidences, 91);
        results[92] = Result((f.Context.Severity > 5 && f.Ticket.WaitingHours > 40) || f.Ticket.ReopenCount > 5, confidences, 92);
        results[93] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.81, confidences, 93);
        results[94] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 6, confidences, 94);
        results[95] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 9, confidences, 95);
        results[96] = Result(f.Message.Text.Contains("again5", StringComparison.Ordinal) && f.Contacts.Last24h > 5, confidences, 96);
        results[97] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 1500 && f.Contacts.Last30d > 5, confidences, 97);
        results[98] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 5, confidences, 98);
        results[99] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 21 || f.Contacts.Last7d > 5), confidences, 99);
    }

    private static void From100(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[100] = Result(f.Frustration.Available && f.Frustration.Score > 0.70, confidences, 100);
        results[101] = Result(f.Contacts.SameIssue7d > 1 && f.Ticket.AgeHours > 27, confidences, 101);
        results[102] = Result((f.Context.Severity > 1 && f.Ticket.WaitingHours > 30) || f.Ticket.ReopenCount > 1, confidences, 102);
        results[103] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.31, confidences, 103);
        results[104] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 36, confidences, 104);
        results[105] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 39, confidences, 105);
        results[106] = Result(f.Message.Text.Contains("again1", StringComparison.Ordinal) && f.Contacts.Last24h > 1, confidences, 106);
        results[107] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 500 && f.Contacts.Last30d > 1, confidences, 107);
        results[108] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 1, confidences, 108);
        results[109] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 11 || f.Contacts.Last7d > 1), confidences, 109);
    }

    private static void From110(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[110] = Result(f.Frustration.Available && f.Frustration.Score > 0.80, confidences, 110);
        results[111] = Result(f.Contacts.SameIssue7d > 2 && f.Ticket.AgeHours > 17, confidences, 111);
        results[112] = Result((f.Context.Severity > 2 && f.Ticket.WaitingHours > 20) || f.Ticket.ReopenCount > 2, confidences, 112);
        results[113] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.41, confidences, 113);
        results[114] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 26, confidences, 114);
        results[115] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 29, confidences, 115);
        results[116] = Result(f.Message.Text.Contains("again2", StringComparison.Ordinal) && f.Contacts.Last24h > 2, confidences, 116);
        results[117] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 3500 && f.Contacts.Last30d > 2, confidences, 117);
        results[118] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 2, confidences, 118);
        results[119] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 41 || f.Contacts.Last7d > 2), confidences, 119);
    }

    private static void From120(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[120] = Result(f.Frustration.Available && f.Frustration.Score > 0.30, confidences, 120);
        results[121] = Result(f.Contacts.SameIssue7d > 3 && f.Ticket.AgeHours > 7, confidences, 121);
        results[122] = Result((f.Context.Severity > 3 && f.Ticket.WaitingHours > 10) || f.Ticket.ReopenCount > 3, confidences, 122);
        results[123] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.51, confidences, 123);
        results[124] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 16, confidences, 124);
        results[125] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 19, confidences, 125);
        results[126] = Result(f.Message.Text.Contains("again3", StringComparison.Ordinal) && f.Contacts.Last24h > 3, confidences, 126);
        results[127] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 2500 && f.Contacts.Last30d > 3, confidences, 127);
        results[128] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 3, confidences, 128);
        results[129] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 31 || f.Contacts.Last7d > 3), confidences, 129);
    }

    private static void From130(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[130] = Result(f.Frustration.Available && f.Frustration.Score > 0.40, confidences, 130);
        results[131] = Result(f.Contacts.SameIssue7d > 4 && f.Ticket.AgeHours > 37, confidences, 131);
        results[132] = Result((f.Context.Severity > 4 && f.Ticket.WaitingHours > 40) || f.Ticket.ReopenCount > 4, confidences, 132);
        results[133] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.61, confidences, 133);
        results[134] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 6, confidences, 134);
        results[135] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 9, confidences, 135);
        results[136] = Result(f.Message.Text.Contains("again4", StringComparison.Ordinal) && f.Contacts.Last24h > 4, confidences, 136);
        results[137] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 1500 && f.Contacts.Last30d > 4, confidences, 137);
        results[138] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 4, confidences, 138);
        results[139] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 21 || f.Contacts.Last7d > 4), confidences, 139);
    }

    private static void From140(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[140] = Result(f.Frustration.Available && f.Frustration.Score > 0.50, confidences, 140);
        results[141] = Result(f.Contacts.SameIssue7d > 5 && f.Ticket.AgeHours > 27, confidences, 141);
        results[142] = Result((f.Context.Severity > 5 && f.Ticket.WaitingHours > 30) || f.Ticket.ReopenCount > 5, confidences, 142);
        results[143] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.71, confidences, 143);
        results[144] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 36, confidences, 144);
        results[145] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 39, confidences, 145);
        results[146] = Result(f.Message.Text.Contains("again5", StringComparison.Ordinal) && f.Contacts.Last24h > 5, confidences, 146);
        results[147] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 500 && f.Contacts.Last30d > 5, confidences, 147);
        results[148] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 5, confidences, 148);
        results[149] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 11 || f.Contacts.Last7d > 5), confidences, 149);
    }

    private static void From150(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[150] = Result(f.Frustration.Available && f.Frustration.Score > 0.60, confidences, 150);
        results[151] = Result(f.Contacts.SameIssue7d > 1 && f.Ticket.AgeHours > 17, confidences, 151);
        results[152] = Result((f.Context.Severity > 1 && f.Ticket.WaitingHours > 20) || f.Ticket.ReopenCount > 1, confidences, 152);
        results[153] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.81, confidences, 153);
        results[154] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 26, confidences, 154);
        results[155] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 29, confidences, 155);
        results[156] = Result(f.Message.Text.Contains("again1", StringComparison.Ordinal) && f.Contacts.Last24h > 1, confidences, 156);
        results[157] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 3500 && f.Contacts.Last30d > 1, confidences, 157);
        results[158] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 1, confidences, 158);
        results[159] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 41 || f.Contacts.Last7d > 1), confidences, 159);
    }

    private static void From160(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[160] = Result(f.Frustration.Available && f.Frustration.Score > 0.70, confidences, 160);
        results[161] = Result(f.Contacts.SameIssue7d > 2 && f.Ticket.AgeHours > 7, confidences, 161);
        results[162] = Result((f.Context.Severity > 2 && f.Ticket.WaitingHours > 10) || f.Ticket.ReopenCount > 2, confidences, 162);
        results[163] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.31, confidences, 163);
        results[164] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 16, confidences, 164);
        results[165] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 19, confidences, 165);
        results[166] = Result(f.Message.Text.Contains("again2", StringComparison.Ordinal) && f.Contacts.Last24h > 2, confidences, 166);
        results[167] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 2500 && f.Contacts.Last30d > 2, confidences, 167);
        results[168] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 2, confidences, 168);
        results[169] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 31 || f.Contacts.Last7d > 2), confidences, 169);
    }

    private static void From170(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[170] = Result(f.Frustration.Available && f.Frustration.Score > 0.80, confidences, 170);
        results[171] = Result(f.Contacts.SameIssue7d > 3 && f.Ticket.AgeHours > 37, confidences, 171);
        results[172] = Result((f.Context.Severity > 3 && f.Ticket.WaitingHours > 40) || f.Ticket.ReopenCount > 3, confidences, 172);
        results[173] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.41, confidences, 173);
        results[174] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 6, confidences, 174);
        results[175] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 9, confidences, 175);
        results[176] = Result(f.Message.Text.Contains("again3", StringComparison.Ordinal) && f.Contacts.Last24h > 3, confidences, 176);
        results[177] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 1500 && f.Contacts.Last30d > 3, confidences, 177);
        results[178] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 3, confidences, 178);
        results[179] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 21 || f.Contacts.Last7d > 3), confidences, 179);
    }

    private static void From180(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[180] = Result(f.Frustration.Available && f.Frustration.Score > 0.30, confidences, 180);
        results[181] = Result(f.Contacts.SameIssue7d > 4 && f.Ticket.AgeHours > 27, confidences, 181);
        results[182] = Result((f.Context.Severity > 4 && f.Ticket.WaitingHours > 30) || f.Ticket.ReopenCount > 4, confidences, 182);
        results[183] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.51, confidences, 183);
        results[184] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 36, confidences, 184);
        results[185] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 39, confidences, 185);
        results[186] = Result(f.Message.Text.Contains("again4", StringComparison.Ordinal) && f.Contacts.Last24h > 4, confidences, 186);
        results[187] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 500 && f.Contacts.Last30d > 4, confidences, 187);
        results[188] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 4, confidences, 188);
        results[189] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 11 || f.Contacts.Last7d > 4), confidences, 189);
    }

    private static void From190(DerivedFacts f, RuleResult[] results, double[] confidences)
    {
        results[190] = Result(f.Frustration.Available && f.Frustration.Score > 0.40, confidences, 190);
        results[191] = Result(f.Contacts.SameIssue7d > 5 && f.Ticket.AgeHours > 17, confidences, 191);
        results[192] = Result((f.Context.Severity > 5 && f.Ticket.WaitingHours > 20) || f.Ticket.ReopenCount > 5, confidences, 192);
        results[193] = Result(f.Message.Channel == "chat" && f.Frustration.Available && f.Frustration.Score > 0.61, confidences, 193);
        results[194] = Result((f.Message.Channel == "email" || f.Message.Channel == "phone") && f.Message.WordCount > 26, confidences, 194);
        results[195] = Result(f.Context.IssueTypeKnown && f.Context.IssueType == "billing" && f.Message.WordCount > 29, confidences, 195);
        results[196] = Result(f.Message.Text.Contains("again5", StringComparison.Ordinal) && f.Contacts.Last24h > 5, confidences, 196);
        results[197] = Result(f.Customer.LifetimeValueKnown && f.Customer.LifetimeValue > 3500 && f.Contacts.Last30d > 5, confidences, 197);
        results[198] = Result(Has(f.Ticket.Tags, "vip") && f.Contacts.Last7d > 5, confidences, 198);
        results[199] = Result(f.Customer.TierKnown && f.Customer.Tier == "gold" && (f.Ticket.WaitingHours > 41 || f.Contacts.Last7d > 5), confidences, 199);
    }
}
