namespace RxCan.Cli;

/// <summary>The exit statuses of <c>rxcan</c>.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>There was trouble with the bus or a file.</summary>
    public const int Trouble = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>No answer came in time.</summary>
    public const int NoAnswer = 3;

    /// <summary>The answer was negative.</summary>
    public const int Refused = 4;

    /// <summary>It was interrupted before any result.</summary>
    public const int Interrupted = 130;
}
