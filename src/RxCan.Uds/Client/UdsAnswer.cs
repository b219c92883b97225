using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>What one control unit answered: a value or an error.</summary>
internal sealed record UdsAnswer<T>(IsoTpAddress Ecu, Exception? Error, T? Result) : IUdsAnswer<T>
{
    public T Value => Error is null ? Result! : throw Error;

    public override string ToString() => $"{Ecu}: {Error?.Message ?? $"{Result}"}";
}
