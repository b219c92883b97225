using System.CommandLine;

namespace RxCan.Cli;

/// <summary>A command with examples.</summary>
internal sealed class BenchCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Command lines, each with what it does.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>Says what the command does; its status is that of the shell.</summary>
    public BenchCommand Does(Shell shell, Action<ParseResult> action)
    {
        SetAction(parsed =>
        {
            action(parsed);
            return shell.Status;
        });
        return this;
    }

    /// <summary>Says what the command does and which status it has.</summary>
    public BenchCommand Does(Func<ParseResult, int> action)
    {
        SetAction(action);
        return this;
    }
}
