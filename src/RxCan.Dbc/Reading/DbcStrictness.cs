namespace RxCan.Dbc;

/// <summary>Whether the first error throws, and the file's name, which its message then begins with.</summary>
internal readonly record struct DbcStrictness(bool IsStrict, string? Path = null);
