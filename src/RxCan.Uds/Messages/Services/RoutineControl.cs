namespace RxCan.Uds;

/// <summary>RoutineControl (0x31): <c>31 control routine [option]</c>.</summary>
internal readonly record struct RoutineControlRequest(UdsRoutineControl Control, ushort Routine, byte[] Option) : IUdsMessage<RoutineControlRequest>
{
    public byte[] ToBytes() => [(byte)UdsService.RoutineControl, (byte)Control, (byte)(Routine >> 8), (byte)Routine, .. Option];

    public static bool TryRead(ReadOnlySpan<byte> message, out RoutineControlRequest value)
    {
        var reader = new UdsReader(message, UdsService.RoutineControl);
        value = new((UdsRoutineControl)reader.SubFunction(), reader.UInt16(), reader.Rest());
        return reader.IsComplete;
    }
}

/// <summary><c>71 control routine [status]</c>; the status of most routines begins with routineInfo.</summary>
internal readonly record struct RoutineControlResponse(UdsRoutineControl Control, ushort Routine, byte[] Status) : IUdsMessage<RoutineControlResponse>
{
    public byte[] ToBytes() =>
        [UdsProtocol.Positive(UdsService.RoutineControl), (byte)Control, (byte)(Routine >> 8), (byte)Routine, .. Status];

    public static bool TryRead(ReadOnlySpan<byte> message, out RoutineControlResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.RoutineControl);
        value = new((UdsRoutineControl)reader.SubFunction(), reader.UInt16(), reader.Rest());
        return reader.IsComplete;
    }
}
