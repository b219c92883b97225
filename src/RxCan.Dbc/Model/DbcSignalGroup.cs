namespace RxCan.Dbc;

/// <summary>Signals of a message that belong together (<c>SIG_GROUP_</c>).</summary>
public sealed class DbcSignalGroup
{
    internal DbcSignalGroup(string name, int repetitions, DbcSignal[] signals) => (Name, Repetitions, Signals) = (name, repetitions, signals);

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The number of repetitions; 1 as a rule.</summary>
    public int Repetitions { get; }

    /// <summary>The signals.</summary>
    public IReadOnlyList<DbcSignal> Signals { get; }

    /// <summary>Where its statement is in the text.</summary>
    internal int Position { get; set; }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
