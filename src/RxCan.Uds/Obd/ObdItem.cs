namespace RxCan.Uds;

/// <summary>One value in the data of a parameter identifier: where it is, and how a number becomes the value.</summary>
/// <param name="Name">What it is; empty for the identifier's name.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Byte">The position of its first byte.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Factor">What the number is multiplied by.</param>
/// <param name="Offset">What is added then.</param>
internal sealed record ObdItem(string Name, string Unit, int Byte, int Length, double Factor = 1, double Offset = 0)
{
    public bool IsSigned { get; init; }

    /// <summary>The bits of the number that count.</summary>
    public uint Mask { get; init; } = uint.MaxValue;

    /// <summary>The bit of the first byte that says whether the value is there; null if it always is.</summary>
    public int? Present { get; init; }

    /// <summary>The name of a number.</summary>
    public Func<uint, string>? Text { get; init; }

    public bool IsPresent(ReadOnlySpan<byte> data) => Present is not { } bit || ((data[0] >> bit) & 1) != 0;

    public ObdValue Decode(ObdPid pid, ReadOnlySpan<byte> data)
    {
        var number = 0u;
        foreach (var next in data.Slice(Byte, Length))
            number = (number << 8) | next;
        number &= Mask;
        if (Mask != uint.MaxValue)
            number >>= System.Numerics.BitOperations.TrailingZeroCount(Mask);
        var unused = 32 - (8 * Length);
        var value = IsSigned ? (double)((int)(number << unused) >> unused) : number;
        return new(pid.Id, Name.Length == 0 ? pid.Name : Name, Math.Round((value * Factor) + Offset, 9), Unit, Text?.Invoke(number));
    }
}
