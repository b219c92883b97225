namespace RxCan.Cli.Top;

/// <summary>What rows are sorted by.</summary>
internal enum TopColumn
{
    Id,
    Name,
    Count,
    Rate,
    Period,
    Jitter,
    Length,
}
