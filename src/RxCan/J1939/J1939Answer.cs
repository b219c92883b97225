using System.Diagnostics.CodeAnalysis;

namespace RxCan.J1939;

/// <summary>
/// A node's answer to a request: data, or an acknowledgement. Byte arrays convert implicitly, null to a negative acknowledgement. Two are equal
/// if both are the same acknowledgement, or data with the same bytes.
/// </summary>
public readonly record struct J1939Answer
{
    private readonly bool _isData;

    /// <summary>Answers with data.</summary>
    /// <param name="data">The data of the requested parameter group; not copied.</param>
    public J1939Answer(ReadOnlyMemory<byte> data)
    {
        Data = data;
        _isData = true;
        Acknowledgement = J1939Acknowledgement.Positive;
    }

    /// <summary>Answers with an acknowledgement; not sent to a request that went to all.</summary>
    /// <param name="acknowledgement">The acknowledgement.</param>
    public J1939Answer(J1939Acknowledgement acknowledgement) => Acknowledgement = acknowledgement;

    /// <summary>The data; null for an acknowledgement.</summary>
    public ReadOnlyMemory<byte>? Data => _isData ? field : null;

    /// <summary>The acknowledgement, for an answer without data.</summary>
    public J1939Acknowledgement Acknowledgement { get; }

    private ReadOnlySpan<byte> Bytes => _isData ? Data.GetValueOrDefault().Span : default;

    /// <summary>Answers with data, or negatively if there is none.</summary>
    /// <param name="data">The data; not copied.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is the alternate.")]
    public static implicit operator J1939Answer(byte[]? data) => data is null ? new(J1939Acknowledgement.Negative) : new(data.AsMemory());

    /// <summary>Answers with an acknowledgement.</summary>
    /// <param name="acknowledgement">The acknowledgement.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is the alternate.")]
    public static implicit operator J1939Answer(J1939Acknowledgement acknowledgement) => new(acknowledgement);

    /// <summary>Whether both are the same acknowledgement, or data with the same bytes.</summary>
    /// <param name="other">The answer to compare with.</param>
    public bool Equals(J1939Answer other) =>
        _isData == other._isData && Acknowledgement == other.Acknowledgement && Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_isData, Acknowledgement, Bytes.Length);

    /// <summary>The data in hexadecimal digits, or the acknowledgement.</summary>
    public override string ToString() => _isData ? Convert.ToHexString(Bytes) : Acknowledgement.ToString();
}
