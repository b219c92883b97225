using System.Reactive;

namespace RxCan.Uds;

/// <content>Inputs, outputs and routines (ISO 14229-1:2020, clauses 13 and 14).</content>
public static partial class UdsServices
{
    /// <summary>InputOutputControlByIdentifier (0x2F).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="identifier">The identifier of the input or output.</param>
    /// <param name="control">What to do with it.</param>
    /// <param name="state">The state it takes, for <see cref="UdsIOControl.ShortTermAdjustment"/>.</param>
    /// <param name="mask">Which of its parts this is about (controlEnableMask), if it has several.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>Its state afterwards.</returns>
    public static IUdsRequest<byte[]> ControlIO(
        this IUdsClient ecu,
        ushort identifier,
        UdsIOControl control,
        ReadOnlySpan<byte> state = default,
        ReadOnlySpan<byte> mask = default,
        UdsRequestOptions? options = null) =>
        ecu.Call(new IOControlRequest(identifier, control, [.. state, .. mask]), static r => Malformed.Read<IOControlResponse>(r).State, options);

    /// <summary>RoutineControl (0x31), startRoutine.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="routine">The identifier of the routine.</param>
    /// <param name="record">What it needs to know (routineControlOptionRecord).</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>Its status: routineInfo and routineStatusRecord; may be empty.</returns>
    public static IUdsRequest<byte[]> StartRoutine(
        this IUdsClient ecu, ushort routine, ReadOnlySpan<byte> record = default, UdsRequestOptions? options = null) =>
        ecu.ControlRoutine(UdsRoutineControl.Start, routine, record, options);

    /// <summary>RoutineControl (0x31), stopRoutine.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="routine">The identifier of the routine.</param>
    /// <param name="record">What it needs to know (routineControlOptionRecord).</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>Its status: routineInfo and routineStatusRecord; may be empty.</returns>
    public static IUdsRequest<byte[]> StopRoutine(
        this IUdsClient ecu, ushort routine, ReadOnlySpan<byte> record = default, UdsRequestOptions? options = null) =>
        ecu.ControlRoutine(UdsRoutineControl.Stop, routine, record, options);

    /// <summary>RoutineControl (0x31), requestRoutineResults.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="routine">The identifier of the routine.</param>
    /// <param name="record">What it needs to know (routineControlOptionRecord).</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>Its results: routineInfo and routineStatusRecord.</returns>
    public static IUdsRequest<byte[]> RoutineResults(
        this IUdsClient ecu, ushort routine, ReadOnlySpan<byte> record = default, UdsRequestOptions? options = null) =>
        ecu.ControlRoutine(UdsRoutineControl.RequestResults, routine, record, options);

    private static IUdsRequest<byte[]> ControlRoutine(
        this IUdsClient ecu, UdsRoutineControl control, ushort routine, ReadOnlySpan<byte> record, UdsRequestOptions? options) =>
        ecu.Call(new RoutineControlRequest(control, routine, record.ToArray()), static r => Malformed.Read<RoutineControlResponse>(r).Status, options);
}
