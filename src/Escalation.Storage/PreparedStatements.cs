using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Escalation.Storage;

/// <summary>Statements of one connection, prepared when they first run and kept; their parameters are set by position.</summary>
/// <remarks>Used by one task at a time. Statements whose parameters hold lists are not kept, since their text differs from run to run.</remarks>
internal sealed partial class PreparedStatements(DbConnection connection) : IDisposable
{
    private static readonly ConcurrentDictionary<(string Sql, Type Parameters), Func<object, object?>[]?> Readers = new();
    private readonly Dictionary<(string Sql, Type Parameters), DbCommand> commands = [];

    /// <summary>Statements run so far.</summary>
    public long Run { get; private set; }

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">Its text; parameters stand in it as @Name.</param>
    /// <param name="parameters">An object with a property for each.</param>
    /// <param name="transaction">The running transaction.</param>
    /// <returns>Rows changed; null, and nothing done, where it cannot be kept.</returns>
    public int? Execute(string sql, object parameters, DbTransaction transaction)
    {
        var key = (sql, parameters.GetType());
        if (Readers.GetOrAdd(key, static k => ReadersOf(k.Sql, k.Parameters)) is not { } readers) return null;
        if (!commands.TryGetValue(key, out var command)) commands.Add(key, command = Prepare(sql));
        command.Transaction = transaction;
        for (var i = 0; i < readers.Length; i++) command.Parameters[i].Value = readers[i](parameters) ?? DBNull.Value;
        Run++;
        return command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in commands.Values) command.Dispose();
        commands.Clear();
    }

    private DbCommand Prepare(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in NamesOf(sql))
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            command.Parameters.Add(parameter);
        }
        return command;
    }

    private static Func<object, object?>[]? ReadersOf(string sql, Type parameters)
    {
        var readers = new List<Func<object, object?>>();
        foreach (var name in NamesOf(sql))
        {
            if (parameters.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is not { } property || !IsValue(property.PropertyType)) return null;
            var instance = Expression.Parameter(typeof(object));
            readers.Add(Expression.Lambda<Func<object, object?>>(Expression.Convert(Expression.Property(Expression.Convert(instance, parameters), property), typeof(object)), instance).Compile());
        }
        return [.. readers];
    }

    private static bool IsValue(Type type) =>
        type == typeof(string) || type == typeof(byte[]) || (Nullable.GetUnderlyingType(type) ?? type) is var plain && (plain == typeof(int) || plain == typeof(long) || plain == typeof(double));

    private static IEnumerable<string> NamesOf(string sql) => Names().Matches(sql).Select(m => m.Groups[1].Value).Distinct(StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex(@"@(\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}
