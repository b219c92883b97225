namespace RxCan.Mqtt;

/// <summary>The payload is not a batch of frames, is damaged, or has a version that this library does not know.</summary>
/// <param name="message">What is wrong with it.</param>
/// <param name="innerException">The cause, if there is one.</param>
public sealed class MqttBatchException(string message, Exception? innerException = null) : FormatException(message, innerException);
