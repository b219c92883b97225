using System.Diagnostics.CodeAnalysis;

namespace RxCan.J1939;

/// <summary>What a node answers to a request: data, or an acknowledgement. Arrays of bytes convert implicitly, null to a negative one.</summary>
public readonly struct J1939Answer
{
    private readonly bool _isData;

    /// <summary>Answers with data.</summary>
    /// <param name="data">The data of the parameter group asked for; not copied.</param>
    public J1939Answer(ReadOnlyMemory<byte> data)
    {
        Data = data;
        _isData = true;
        Acknowledgement = J1939Acknowledgement.Positive;
    }

    /// <summary>Answers with an acknowledgement; not sent to a request that went to all.</summary>
    /// <param name="acknowledgement">What to say.</param>
    public J1939Answer(J1939Acknowledgement acknowledgement) => Acknowledgement = acknowledgement;

    /// <summary>The data; null for an acknowledgement.</summary>
    public ReadOnlyMemory<byte>? Data => _isData ? field : null;

    /// <summary>What is said without data.</summary>
    public J1939Acknowledgement Acknowledgement { get; }

    /// <summary>Answers with data, or negatively if there is none.</summary>
    /// <param name="data">The data; not copied.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is the alternate.")]
    public static implicit operator J1939Answer(byte[]? data) => data is null ? new(J1939Acknowledgement.Negative) : new(data.AsMemory());

    /// <summary>Answers with an acknowledgement.</summary>
    /// <param name="acknowledgement">What to say.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is the alternate.")]
    public static implicit operator J1939Answer(J1939Acknowledgement acknowledgement) => new(acknowledgement);
}
