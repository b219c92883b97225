using System.Globalization;

namespace RxCan.Dbc;

/// <summary>A fault in a database file.</summary>
public sealed class DbcDiagnostic
{
    private readonly DbcFault _fault;
    private readonly string? _first;
    private readonly string? _second;

    internal DbcDiagnostic(DbcFault fault, int position, int length, string? first, string? second) =>
        (_fault, Position, Length, _first, _second) = (fault, position, length, first, second);

    /// <summary>The code, such as <c>DBC0012</c>: the same for the same kind of fault, in every version.</summary>
    public string Code => _fault.Code;

    /// <summary>How bad it is.</summary>
    public DbcSeverity Severity => _fault.Severity;

    /// <summary>The line, from 1.</summary>
    public int Line { get; internal set; }

    /// <summary>The column, from 1, in UTF-16 units.</summary>
    public int Column { get; internal set; }

    /// <summary>What is wrong, and what became of it.</summary>
    public string Message => string.Format(CultureInfo.InvariantCulture, _fault.Message, _first, _second);

    internal int Position { get; }

    internal int Length { get; }

    /// <summary>Such as <c>(12,5): error DBC0012: ...</c>, which follows a file's name in a build's output.</summary>
    public override string ToString() => FormattableString.Invariant($"({Line},{Column}): {Name(Severity)} {Code}: {Message}");

    private static string Name(DbcSeverity severity) => severity switch
    {
        DbcSeverity.Error => "error",
        DbcSeverity.Warning => "warning",
        _ => "info",
    };
}
