namespace RxCan;

/// <summary>An operation on a CAN interface failed. The message says what to do about it.</summary>
/// <param name="interface">The interface's name.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, if there is one.</param>
public class CanBusException(string @interface, string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>The interface's name.</summary>
    public string Interface { get; } = @interface;
}

/// <summary>There is no interface of that name, or it was removed while in use.</summary>
/// <param name="interface">The interface's name.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, if there is one.</param>
public sealed class CanInterfaceNotFoundException(string @interface, string message, Exception? innerException = null)
    : CanBusException(@interface, message, innerException);

/// <summary>The interface is down.</summary>
/// <param name="interface">The interface's name.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, if there is one.</param>
public sealed class CanInterfaceDownException(string @interface, string message, Exception? innerException = null)
    : CanBusException(@interface, message, innerException);

/// <summary>The interface is not a CAN interface or does not support the operation, or the kernel has no CAN support.</summary>
/// <param name="interface">The interface's name.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, if there is one.</param>
public sealed class CanNotSupportedException(string @interface, string message, Exception? innerException = null)
    : CanBusException(@interface, message, innerException);

/// <summary>The process lacks the permission for this operation on the interface.</summary>
/// <param name="interface">The interface's name.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, if there is one.</param>
public sealed class CanPermissionException(string @interface, string message, Exception? innerException = null)
    : CanBusException(@interface, message, innerException);

/// <summary>The transmit queue is full (<c>ENOBUFS</c>). <see cref="ICanBus.SendAsync"/> waits for room instead.</summary>
/// <param name="interface">The interface's name.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, if there is one.</param>
public sealed class CanQueueFullException(string @interface, string message, Exception? innerException = null)
    : CanBusException(@interface, message, innerException);

/// <summary>The interface's state does not allow the operation, such as a change of the bit rate while it is up.</summary>
/// <param name="interface">The interface's name.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, if there is one.</param>
public sealed class CanInterfaceBusyException(string @interface, string message, Exception? innerException = null)
    : CanBusException(@interface, message, innerException);

/// <summary>An interface of that name already exists.</summary>
/// <param name="interface">The interface's name.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, if there is one.</param>
public sealed class CanInterfaceExistsException(string @interface, string message, Exception? innerException = null)
    : CanBusException(@interface, message, innerException);
