namespace RxCan.Uds;

/// <summary>When something may be done. The default allows it always.</summary>
public sealed record UdsAccess
{
    /// <summary>Always.</summary>
    public static UdsAccess Always { get; } = new();

    /// <summary>The sessions in which it exists; null for all.</summary>
    public IReadOnlyCollection<UdsSession>? Sessions { get; init; }

    /// <summary>The security levels of which one must be unlocked, else securityAccessDenied (33); null for none.</summary>
    public IReadOnlyCollection<int>? Levels { get; init; }

    /// <summary>Whether the tester must be authenticated, else authenticationRequired (34).</summary>
    public bool Authenticated { get; init; }

    /// <summary>Says why it cannot be done now, such as conditionsNotCorrect (22); positiveResponse (00) if it can. Null for no condition.</summary>
    public Func<UdsRequest, UdsNegativeResponseCode>? Condition { get; init; }

    /// <summary>Only in some sessions.</summary>
    /// <param name="sessions">The sessions.</param>
    public static UdsAccess In(params UdsSession[] sessions)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        return new() { Sessions = sessions };
    }

    /// <summary>Only if one of some security levels is unlocked.</summary>
    /// <param name="levels">The levels, as in <see cref="UdsSecurityLevel.Level"/>.</param>
    public UdsAccess Unlocked(params int[] levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        return this with { Levels = levels };
    }

    internal bool IsIn(UdsSession session) => Sessions is null || Sessions.Contains(session);
}
