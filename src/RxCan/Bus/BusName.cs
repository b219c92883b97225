namespace RxCan.Bus;

/// <summary>The names of buses that are not interfaces.</summary>
internal static class BusName
{
    public const string Any = "any";
}
