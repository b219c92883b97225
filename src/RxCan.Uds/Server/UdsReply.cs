namespace RxCan.Uds;

/// <summary>
/// What a handler of a server says to a request. Bytes are a positive response, a <see cref="UdsNegativeResponseCode"/> is a negative one; both
/// convert to it. The default is a positive response without data.
/// </summary>
public readonly struct UdsReply
{
    private readonly AnswerKind _kind;
    private readonly Func<UdsReply, UdsReply>? _next;

    private UdsReply(AnswerKind kind, byte[]? data = null, UdsNegativeResponseCode code = default)
    {
        _kind = kind;
        Data = data;
        Code = code;
    }

    private UdsReply(IObservable<UdsReply> source, Func<UdsReply, UdsReply>? next)
    {
        _next = next;
        Source = source;
    }

    private enum AnswerKind : byte
    {
        Positive,
        Negative,
        Message,
        BuiltIn,
        Silence,
    }

    /// <summary>A positive response without data.</summary>
    public static UdsReply Positive => default;

    /// <summary>What the server itself would say, for handlers that only add a delay or a condition.</summary>
    public static UdsReply BuiltIn { get; } = new(AnswerKind.BuiltIn);

    /// <summary>No response at all, as from a control unit that is not there.</summary>
    public static UdsReply Silence { get; } = new(AnswerKind.Silence);

    internal byte[]? Data { get; }

    internal UdsNegativeResponseCode Code { get; }

    internal IObservable<UdsReply>? Source { get; }

    internal bool IsPositive => Source is null && _kind is AnswerKind.Positive or AnswerKind.Message;

    /// <summary>Whether the data is the whole response, with the service identifier.</summary>
    internal bool IsMessage => _kind == AnswerKind.Message;

    internal bool IsBuiltIn => _kind == AnswerKind.BuiltIn;

    internal bool IsSilence => _kind == AnswerKind.Silence;

    /// <summary>A positive response.</summary>
    /// <param name="data">What follows that which the response repeats from the request: the record, the status of the routine ...</param>
    public static implicit operator UdsReply(byte[] data) => new(AnswerKind.Positive, data);

    /// <summary>A negative response; <see cref="UdsNegativeResponseCode.PositiveResponse"/> is a positive one.</summary>
    /// <param name="code">Why.</param>
    public static implicit operator UdsReply(UdsNegativeResponseCode code) =>
        code == UdsNegativeResponseCode.PositiveResponse ? Positive : new(AnswerKind.Negative, code: code);

    /// <summary>
    /// An answer that comes later: the first value of an observable, or a positive response without data if it completes without one. An
    /// error is one of a handler: <see cref="UdsNegativeResponseException"/> gives its code, others generalReject. Until it comes, the
    /// server sends responsePending in time. The subscription is disposed if the answer is no longer wanted.
    /// </summary>
    /// <param name="answer">The answer.</param>
    public static UdsReply From(IObservable<UdsReply> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return new(answer, next: null);
    }

    /// <summary>A whole response, with the service identifier.</summary>
    internal static UdsReply Message(byte[] message) => new(AnswerKind.Message, message);

    internal static UdsReply Of<T>(T response)
        where T : IUdsMessage<T> => Message(response.ToBytes());

    /// <summary>What becomes of the answer, once it is there.</summary>
    internal UdsReply Map(Func<UdsReply, UdsReply> next)
    {
        if (Source is null)
            return next(this);
        var first = _next;
        return new(Source, first is null ? next : answer => first(answer).Map(next));
    }

    /// <summary>What becomes of it if it is positive.</summary>
    internal UdsReply Then(Func<byte[], UdsReply> next) => Map(answer => answer.IsPositive ? next(answer.Data ?? []) : answer);

    /// <summary>Goes on with what the source gave.</summary>
    internal UdsReply Continue(UdsReply answer) => _next is { } next ? answer.Map(next) : answer;
}
