namespace RxCan.Logs.Formats.Text;

/// <summary>Decimal numbers in ASCII.</summary>
internal static class Decimal
{
    /// <summary>Reads digits, as a number of at most 999,999,999.</summary>
    public static bool TryParse(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        if (digits.Length is 0 or > 9)
            return false;
        foreach (var character in digits)
        {
            var digit = (uint)(character - '0');
            if (digit > 9)
                return false;
            value = (value * 10) + (int)digit;
        }

        return true;
    }

    /// <summary>Reads a number with or without a sign and decimals, times a power of ten; further decimals are cut off.</summary>
    /// <param name="text">Such as <c>12.345678</c>; also with a comma.</param>
    /// <param name="power">The power of ten, 0 to 18.</param>
    /// <param name="value">The number.</param>
    /// <returns>False if it is no number, or the result has more than 18 digits.</returns>
    public static bool TryParseScaled(ReadOnlySpan<byte> text, int power, out long value)
    {
        value = 0;
        var isNegative = text is [(byte)'-', ..];
        var at = isNegative ? 1 : 0;
        var digits = 0;
        var decimals = -1;
        for (; at < text.Length; at++)
        {
            var digit = (uint)(text[at] - '0');
            if (digit > 9)
            {
                if (decimals >= 0 || text[at] is not ((byte)'.' or (byte)','))
                    return false;
                decimals = 0;
                continue;
            }

            digits++;
            if (decimals >= power)
                continue;
            if (decimals >= 0)
                decimals++;
            value = (value * 10) + digit;
            if (value >= 1_000_000_000_000_000_000)
                return false;
        }

        for (var i = Math.Max(decimals, 0); i < power; i++)
        {
            if (value >= 1_000_000_000_000_000_000 / 10)
                return false;
            value *= 10;
        }

        if (isNegative)
            value = -value;
        return digits > 0;
    }
}
