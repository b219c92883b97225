using RxCan.Dbc;

namespace RxCan;

/// <summary>A database file has an error, and <see cref="DbcReadOptions.IsStrict"/> asks for none.</summary>
public sealed class CanDatabaseException : Exception
{
    internal CanDatabaseException(DbcDiagnostic diagnostic, string? path = null)
        : base($"{path}{diagnostic} Correct the file, or read it without IsStrict.") => Diagnostic = diagnostic;

    /// <summary>The error.</summary>
    public DbcDiagnostic Diagnostic { get; }
}
