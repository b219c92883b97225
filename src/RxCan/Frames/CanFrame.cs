using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RxCan.Frames;

namespace RxCan;

/// <summary>
/// One CAN frame as a value: identifier, flags and up to 8 (classic) or 64 (CAN FD) bytes, stored inline, so that receiving,
/// passing and keeping a frame costs no allocation.
/// </summary>
/// <remarks>
/// Two frames are equal if identifier, kind, flags and data are equal; timestamp, interface and direction do not count.
/// Sources: <c>struct can_frame</c> and <c>struct canfd_frame</c> of linux/can.h, ISO 11898-1.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly partial struct CanFrame : IEquatable<CanFrame>
{
    /// <summary>The maximum data length of a classic frame, in bytes.</summary>
    public const int MaxLength = 8;

    /// <summary>The maximum data length of a CAN FD frame, in bytes.</summary>
    public const int MaxFdLength = 64;

    // After the time, the fields are laid out as in struct canfd_frame: SocketCAN's reader lets the kernel write into a frame.
    private readonly long _time; // see FrameTime
    private readonly uint _id;
    private readonly byte _length; // classic and remote: the data length code, 0 to 15
    private readonly FrameFlags _flags;
    private readonly ushort _interface;
    private readonly Payload _data;

    [Flags]
    internal enum FrameFlags : byte
    {
        None = 0,
        BitRateSwitch = 1, // CANFD_BRS
        ErrorStateIndicator = 2, // CANFD_ESI
        Fd = 4, // CANFD_FDF
        Local = 8,
        Own = 16,
        FdfReported = 32, // the kernel set CANFD_FDF in the received frame; candump prints it
    }

    private const FrameFlags Reception = FrameFlags.Local | FrameFlags.Own | FrameFlags.FdfReported;

    [InlineArray(MaxFdLength)]
    private struct Payload
    {
        [SuppressMessage("CodeQuality", "IDE0051:Remove unused private members", Justification = "The element of the inline array.")]
        private byte _first;
    }

    /// <summary>Creates a classic data frame.</summary>
    /// <param name="id">The identifier; a number above <c>0x7FF</c> is extended.</param>
    /// <param name="data">0 to 8 bytes; copied.</param>
    /// <exception cref="ArgumentException">There are more than 8 bytes.</exception>
    public CanFrame(CanId id, ReadOnlySpan<byte> data)
        : this(IdOfData(id), CheckedLength(data.Length, nameof(data)), FrameFlags.None) => data.CopyTo(_data);

    private CanFrame(uint id, int length, FrameFlags flags, ushort interfaceNumber = 0, long time = 0)
    {
        _id = id;
        _length = (byte)length;
        _flags = flags;
        _interface = interfaceNumber;
        _time = time;
    }

    /// <summary>A frame from its parts, which must be consistent.</summary>
    internal CanFrame(uint id, int length, FrameFlags flags, ReadOnlySpan<byte> data, ushort interfaceNumber, long time)
        : this(id, length, flags, interfaceNumber, time) => data.CopyTo(_data);

    private CanFrame(in CanFrame frame, FrameFlags flags, ushort interfaceNumber, long time)
    {
        this = frame;
        _flags = flags;
        _interface = interfaceNumber;
        _time = time;
    }

    /// <summary>The arbitration identifier. An error frame's equals that of no other frame: it holds the error class (<see cref="CanError"/>).</summary>
    public CanId Id => CanId.FromRaw(_id & ~CanId.RtrFlag);

    /// <summary>The data: <see cref="Length"/> bytes; none for a remote frame.</summary>
    /// <remarks>
    /// An index beyond the end throws; <c>frame.Data is [_, > 3, ..]</c> is false for a frame that is too short. A span cannot be kept in a query:
    /// <c>from f in can let d = f.Data ...</c> compiles, but fails with <see cref="TypeLoadException"/>. Write <c>f.Data</c> in each clause.
    /// </remarks>
    [UnscopedRef]
    public ReadOnlySpan<byte> Data => IsRemote ? default : ((ReadOnlySpan<byte>)_data)[..Length];

    /// <summary>
    /// Takes the first bytes of the data; false if there are fewer, and for a remote frame. With a constant length, it is faster than
    /// <see cref="Data"/>.
    /// </summary>
    /// <param name="length">How many bytes, 0 to 64.</param>
    /// <param name="data">The bytes; empty if false.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGetData(int length, out ReadOnlySpan<byte> data)
    {
        // A classic frame has at most 8 bytes, whatever its data length code.
        if (IsRemote || (length <= MaxLength ? _length : Length) < length)
        {
            data = default;
            return false;
        }

        data = ((ReadOnlySpan<byte>)_data)[..length];
        return true;
    }

    /// <summary>The length in bytes: 0 to 8, or 12, 16, 20, 24, 32, 48 or 64 with CAN FD. For a remote frame, the requested length.</summary>
    public int Length => IsFd ? _length : Math.Min(_length, (byte)MaxLength);

    /// <summary>The data length code, 0 to 15. On a classic frame, 9 to 15 also mean 8 bytes (<c>len8_dlc</c> of linux/can.h).</summary>
    public int Dlc => IsFd ? FdLengths.IndexOf(_length) : _length;

    /// <summary>Whether this is a CAN FD frame.</summary>
    public bool IsFd => (_flags & FrameFlags.Fd) != 0;

    /// <summary>Whether this is a remote transmission request (RTR): it requests data and carries none.</summary>
    public bool IsRemote => (_id & CanId.RtrFlag) != 0;

    /// <summary>Whether this is an error frame: a report of the controller, see <see cref="ToError"/>.</summary>
    public bool IsError => (_id & CanId.ErrFlag) != 0;

    /// <summary>CAN FD's BRS: the data phase uses the higher bit rate.</summary>
    public bool BitRateSwitch => (_flags & FrameFlags.BitRateSwitch) != 0;

    /// <summary>CAN FD's ESI: the sender is error passive.</summary>
    public bool ErrorStateIndicator => (_flags & FrameFlags.ErrorStateIndicator) != 0;

    /// <summary>
    /// When the frame was received, in UTC, to 100 ns (<see cref="UnixTimeNanoseconds"/> has the rest): the kernel's timestamp, or the
    /// controller's with <see cref="CanBusOptions.HardwareTimestamps"/>; on a virtual bus, its scheduler's time; from a log, what is written there.
    /// The default value for a frame created here.
    /// </summary>
    public DateTimeOffset Timestamp => new(Ticks, TimeSpan.Zero);

    /// <summary>
    /// <see cref="Timestamp"/> in nanoseconds since 1970, to the nanosecond: as exact as the kernel's timestamp (<c>SO_TIMESTAMPNS</c>) or a log.
    /// Before 1970 and after April 2262, to 100 ns. <see cref="long.MinValue"/> before 1678, which is also the value of a frame created here, and
    /// <see cref="long.MaxValue"/> after 2262.
    /// </summary>
    public long UnixTimeNanoseconds => FrameTime.ToUnixNanoseconds(_time);

    /// <summary>The name of the interface that received it; empty for a frame created here.</summary>
    public string Interface => InterfaceNames.Of(_interface);

    /// <summary>Whether a sender on this host sent it (<c>MSG_DONTROUTE</c>).</summary>
    public bool IsLocal => (_flags & FrameFlags.Local) != 0;

    /// <summary>Whether the bus that delivered it also sent it (<c>MSG_CONFIRM</c>): an echo that confirms the transmission.</summary>
    public bool IsOwn => (_flags & FrameFlags.Own) != 0;

    internal uint RawId => _id;

    internal long RawTime => _time;

    internal long Ticks => FrameTime.ToTicks(_time);

    internal FrameFlags Flags => _flags;

    /// <summary>The lengths that a CAN FD frame can have, in bytes, indexed by data length code (ISO 11898-1).</summary>
    public static ReadOnlySpan<byte> FdLengths => [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64];

    /// <summary>The shortest CAN FD length that holds this many bytes.</summary>
    internal static int FdLength(int length)
    {
        if (length <= MaxLength)
            return length;
        foreach (var possible in FdLengths[(MaxLength + 1)..])
        {
            if (possible >= length)
                return possible;
        }

        throw new ArgumentOutOfRangeException(nameof(length), length, "A frame has at most 64 bytes.");
    }

    /// <summary>Creates a CAN FD data frame.</summary>
    /// <param name="id">The identifier; a number above <c>0x7FF</c> is extended.</param>
    /// <param name="data">0 to 8, 12, 16, 20, 24, 32, 48 or 64 bytes; copied.</param>
    /// <param name="bitRateSwitch">BRS: send the data phase at the higher bit rate.</param>
    /// <param name="errorStateIndicator">ESI: the sender is error passive.</param>
    /// <exception cref="ArgumentException">CAN FD has no such length.</exception>
    public static CanFrame Fd(CanId id, ReadOnlySpan<byte> data, bool bitRateSwitch = false, bool errorStateIndicator = false) => new(
        IdOfData(id),
        FdLengths.Contains((byte)Math.Min(data.Length, byte.MaxValue))
            ? data.Length
            : throw new ArgumentException($"A CAN FD frame cannot carry {data.Length} bytes, only 0 to 8, 12, 16, 20, 24, 32, 48 or 64. Pad the data.", nameof(data)),
        FrameFlags.Fd | (bitRateSwitch ? FrameFlags.BitRateSwitch : 0) | (errorStateIndicator ? FrameFlags.ErrorStateIndicator : 0),
        data,
        0,
        0);

    /// <summary>Creates a remote frame (RTR), which requests the data of an identifier. CAN FD has none.</summary>
    /// <param name="id">The identifier; a number above <c>0x7FF</c> is extended.</param>
    /// <param name="length">The requested length, 0 to 8 bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="length"/> is not 0 to 8.</exception>
    public static CanFrame Remote(CanId id, int length = 0) => new(IdOfData(id) | CanId.RtrFlag, CheckedLength(length, nameof(length)), FrameFlags.None);

    /// <summary>Creates an error frame, as a controller's driver would report it: for simulations, and to inject on a virtual interface.</summary>
    /// <param name="error">What it reports.</param>
    /// <exception cref="ArgumentException">A value of <paramref name="error"/> has more bits than its field in an error frame.</exception>
    public static CanFrame Error(CanError error) => error.ToFrame();

    /// <summary>What an error frame reports.</summary>
    /// <exception cref="InvalidOperationException">This is not an error frame, see <see cref="IsError"/>.</exception>
    public CanError ToError() => IsError ? CanError.From(this) : throw new InvalidOperationException("This is not an error frame: check IsError first.");

    /// <summary>This frame with another identifier.</summary>
    /// <param name="id">The identifier; a number above <c>0x7FF</c> is extended.</param>
    /// <exception cref="InvalidOperationException">This is an error frame.</exception>
    public CanFrame WithId(CanId id)
    {
        ThrowIfError();
        return new(IdOfData(id) | (_id & CanId.RtrFlag), _length, _flags, _data, _interface, _time);
    }

    /// <summary>This frame with other data: a classic frame stays classic, a CAN FD frame keeps its flags.</summary>
    /// <param name="data">A number of bytes that a frame of this kind can carry; copied.</param>
    /// <exception cref="ArgumentException">A frame of this kind cannot carry that many bytes.</exception>
    /// <exception cref="InvalidOperationException">This is a remote or an error frame.</exception>
    public CanFrame WithData(ReadOnlySpan<byte> data)
    {
        ThrowIfError();
        if (IsRemote)
            throw new InvalidOperationException("A remote frame carries no data: create a data frame with new CanFrame(id, data).");
        var made = IsFd ? Fd(Id, data, BitRateSwitch, ErrorStateIndicator) : new CanFrame(Id, data);
        return new(made, _flags, _interface, _time);
    }

    /// <summary>This 8-byte classic frame with a raw data length code above 8.</summary>
    /// <param name="dlc">8 to 15.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dlc"/> is not 8 to 15.</exception>
    /// <exception cref="InvalidOperationException">This is a CAN FD or an error frame, or its length is not 8.</exception>
    public CanFrame WithDlc(int dlc)
    {
        ThrowIfError();
        if (dlc is < 8 or > 15)
            throw new ArgumentOutOfRangeException(nameof(dlc), $"A raw data length code is 8 to 15, not {dlc}: below 8 it is the length.");
        return !IsFd && Length == MaxLength
            ? new(_id, dlc, _flags, _data, _interface, _time)
            : throw new InvalidOperationException("Only a classic frame of 8 bytes can have a raw data length code (8 to 15).");
    }

    /// <summary>This frame as received at a time, for buses, logs and tests.</summary>
    /// <param name="timestamp">The time.</param>
    public CanFrame WithTimestamp(DateTimeOffset timestamp) => new(this, _flags, _interface, FrameTime.FromTicks(timestamp.UtcTicks));

    /// <summary>This frame as received at a time that is known to the nanosecond, for buses, logs and tests.</summary>
    /// <param name="nanoseconds">Nanoseconds since 1970; negative before, and then rounded down to 100 ns.</param>
    public CanFrame WithUnixTimeNanoseconds(long nanoseconds) => new(this, _flags, _interface, FrameTime.FromUnixNanoseconds(nanoseconds));

    /// <summary>This frame as received from an interface, for buses, logs and tests.</summary>
    /// <param name="name">The interface's name; empty for none. A process can use 65,535 different names.</param>
    public CanFrame WithInterface(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(this, _flags, InterfaceNames.NumberOf(name), _time);
    }

    /// <summary>This frame with another sender, for buses, logs and tests.</summary>
    /// <param name="isLocal">Whether a sender on this host sent it, see <see cref="IsLocal"/>.</param>
    /// <param name="isOwn">Whether the bus that delivers it sent it, see <see cref="IsOwn"/>.</param>
    /// <exception cref="ArgumentException">It is the bus's own, but not local.</exception>
    public CanFrame WithOrigin(bool isLocal, bool isOwn = false) => isLocal || !isOwn
        ? new(this, _flags & ~(FrameFlags.Local | FrameFlags.Own) | (isLocal ? FrameFlags.Local : 0) | (isOwn ? FrameFlags.Own : 0), _interface, _time)
        : throw new ArgumentException("A frame that the bus sent itself is also local: set isLocal too.", nameof(isOwn));

    /// <summary>The frame as a bus delivers it.</summary>
    internal CanFrame Received(FrameFlags direction, ushort interfaceNumber, long ticks) =>
        new(this, (_flags & ~Reception) | direction | (IsFd ? FrameFlags.FdfReported : 0), interfaceNumber, FrameTime.FromTicks(ticks));

    /// <summary>
    /// The meaningful bits of a received identifier. A <c>vcan</c> forwards any bits that a program set; candump also prints only these.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // for each frame
    internal static uint Meaningful(uint rawId, FrameFlags flags)
    {
        if ((rawId & CanId.ErrFlag) != 0)
            return rawId & (CanId.ErrFlag | CanId.MaxExtended);
        var bits = (rawId & CanId.EffFlag) != 0 ? CanId.EffFlag | CanId.MaxExtended : CanId.MaxStandard;
        return rawId & ((flags & FrameFlags.Fd) != 0 ? bits : bits | CanId.RtrFlag);
    }

    /// <summary>Whether identifier, kind, flags (FD, BRS, ESI, remote), data length code and data are the same.</summary>
    /// <param name="other">The frame to compare with.</param>
    public bool Equals(CanFrame other) =>
        _id == other._id && _length == other._length && ((_flags ^ other._flags) & ~Reception) == 0 &&
        Data.SequenceEqual(other.Data);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is CanFrame other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(_id);
        hash.AddBytes(Data);
        return hash.ToHashCode();
    }

    /// <summary>Whether two frames are equal; see <see cref="Equals(CanFrame)"/>.</summary>
    /// <param name="left">One frame.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(CanFrame left, CanFrame right) => left.Equals(right);

    /// <summary>Whether two frames differ; see <see cref="Equals(CanFrame)"/>.</summary>
    /// <param name="left">One frame.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(CanFrame left, CanFrame right) => !left.Equals(right);

    private static uint IdOfData(CanId id) => (id.Raw & CanId.ErrFlag) == 0
        ? id.Raw
        : throw new ArgumentException("This is the identifier of an error frame: use CanFrame.Error.", nameof(id));

    private static int CheckedLength(int length, string parameter) => length is >= 0 and <= MaxLength
        ? length
        : throw new ArgumentException($"A classic CAN frame has 0 to 8 bytes, not {length}. Use CanFrame.Fd for up to 64 bytes.", parameter);

    private void ThrowIfError()
    {
        if (IsError)
            throw new InvalidOperationException("An error frame is a report from the controller and cannot be changed.");
    }
}
