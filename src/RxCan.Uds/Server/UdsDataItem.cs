namespace RxCan.Uds;

/// <summary>A data identifier of a server: how it is read, written and controlled. What has no handler cannot be done.</summary>
/// <param name="id">The identifier. If it gives a length, records of other lengths are refused (13).</param>
public sealed class UdsDataItem(UdsDataIdentifier id)
{
    /// <summary>The identifier.</summary>
    public UdsDataIdentifier Id { get; } = id ?? throw new ArgumentNullException(nameof(id));

    /// <summary>Gives the record.</summary>
    public Func<UdsRequest, UdsReply>? Read { get; init; }

    /// <summary>Takes the record that is in <see cref="UdsRequest.Data"/>.</summary>
    public Func<UdsRequest, UdsReply>? Write { get; init; }

    /// <summary>
    /// Controls the input or output as <see cref="UdsRequest.Control"/> says; the answer is its state. The server also calls it to return
    /// control (<see cref="UdsIOControl.ReturnControlToEcu"/>) when the session ends.
    /// </summary>
    public Func<UdsRequest, UdsReply>? Control { get; init; }

    /// <summary>How to understand the record (ReadScalingDataByIdentifier); empty if that is not supported.</summary>
    public IReadOnlyList<UdsScaling> Scaling { get; init; } = [];

    /// <summary>When it can be read.</summary>
    public UdsAccess ReadAccess { get; init; } = UdsAccess.Always;

    /// <summary>When it can be written.</summary>
    public UdsAccess WriteAccess { get; init; } = UdsAccess.Always;

    /// <summary>When it can be controlled.</summary>
    public UdsAccess ControlAccess { get; init; } = UdsAccess.Always;
}
