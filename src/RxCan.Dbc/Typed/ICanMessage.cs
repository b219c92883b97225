using RxCan.J1939;

namespace RxCan;

/// <summary>
/// A message as a type of its own. The generator makes one from each message of a <c>CanDatabase</c> item of the project; a type written by hand
/// works the same.
/// </summary>
/// <typeparam name="TSelf">The type that implements it.</typeparam>
public interface ICanMessage<TSelf>
    where TSelf : struct, ICanMessage<TSelf>
{
    /// <summary>The name, as the database has it.</summary>
    static abstract string Name { get; }

    /// <summary>The identifier that it is sent with. A J1939 message is received with any priority, source and destination.</summary>
    static abstract CanId Id { get; }

    /// <summary>The parameter group of a J1939 message; null for others.</summary>
    static abstract J1939Pgn? Pgn { get; }

    /// <summary>The frames that carry it: those of its identifier, or of its parameter group.</summary>
    static abstract CanFilter Filter { get; }

    /// <summary>The length in bytes.</summary>
    static abstract int Length { get; }

    /// <summary>The time between two messages; null if it is not sent periodically.</summary>
    static abstract TimeSpan? CycleTime { get; }

    /// <summary>Decodes a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="message">The message.</param>
    /// <returns>
    /// Whether the frame carries the message. It does not if it has another identifier, is a remote or an error frame, or is too short for a signal
    /// that is always in the message.
    /// </returns>
    static abstract bool TryDecode(in CanFrame frame, out TSelf message);

    /// <summary>Decodes data, from a frame of the message's identifier or from a transport protocol.</summary>
    /// <param name="data">The data; what is beyond the message is ignored.</param>
    /// <param name="message">The message.</param>
    /// <returns>Whether the data is long enough for every signal that is always in the message.</returns>
    static abstract bool TryDecode(ReadOnlySpan<byte> data, out TSelf message);

    /// <summary>Writes the message's bytes.</summary>
    /// <param name="data">At least <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException">There are fewer bytes.</exception>
    void Encode(Span<byte> data);

    /// <summary>The frame that carries the message: of CAN FD if the database says so, and then padded with zeros to a length that CAN FD has.</summary>
    /// <exception cref="InvalidOperationException">The message is too long for a frame.</exception>
    CanFrame ToFrame();
}
