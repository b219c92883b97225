namespace RxCan;

/// <summary>What a full buffer drops.</summary>
public enum OverflowPolicy
{
    /// <summary>The item that has waited longest: the observer gets the newest items.</summary>
    DropOldest,

    /// <summary>The item that has just come: the observer gets an unbroken sequence, then a gap.</summary>
    DropNewest,
}
