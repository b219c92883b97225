namespace RxCan.Bus;

/// <summary>The names of buses that are no interface.</summary>
internal static class BusName
{
    public const string Any = "any";
}
