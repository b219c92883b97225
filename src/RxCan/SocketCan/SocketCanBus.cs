namespace RxCan.SocketCan;
internal static class SocketCanBus { public static ICanBus Open(string n, CanBusOptions o) => throw new PlatformNotSupportedException(n + o); }
