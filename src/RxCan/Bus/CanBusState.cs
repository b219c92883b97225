namespace RxCan;

/// <summary>Whether an interface exists and is up.</summary>
public enum CanLinkState
{
    /// <summary>There is no interface of that name.</summary>
    Missing,

    /// <summary>The interface is down: no frames pass.</summary>
    Down,

    /// <summary>The interface is up.</summary>
    Up,
}

/// <summary>The state of a bus at one time; see <see cref="ICanBus.State"/>.</summary>
/// <param name="Link">The interface's state.</param>
/// <param name="Controller">
/// The controller's state: what its driver says, otherwise what its last error frame said. Null if neither is known, and while the link is not up.
/// </param>
public readonly record struct CanBusState(CanLinkState Link, CanState? Controller)
{
    /// <summary>The two in a few words, such as <c>up, ErrorActive</c>.</summary>
    public override string ToString() =>
        Link == CanLinkState.Missing ? "missing" : Link == CanLinkState.Down ? "down" : Controller is { } state ? $"up, {state}" : "up";
}
