namespace RxCan.Dbc;

/// <summary>The kinds of faults. Their codes never change: 1 to 19 text, 20 to 29 messages, 30 to 39 signals, 40 to 49 references, 50 to 59 attributes.</summary>
internal sealed class DbcFault
{
    public static readonly DbcFault Unexpected = Error(1, "Expected {0}, but found {1}. The statement is skipped.");
    public static readonly DbcFault UnknownStatement = Error(2, "No statement of a DBC file begins with {0}. The text up to the next statement is skipped.");
    public static readonly DbcFault Unterminated = Error(3, "The text that begins here has no closing quotation mark. The statement is skipped.");
    public static readonly DbcFault MissingSemicolon = Error(4, "The statement before has no ';' at its end.");
    public static readonly DbcFault OutOfRange = Error(5, "{0} must be {1}. The statement is skipped.");
    public static readonly DbcFault NameBegin = Error(6, "The name {0} begins with a digit.");
    public static readonly DbcFault NameCharacter = Error(7, "The name {0} has characters other than letters, digits and underscores.");
    public static readonly DbcFault NumberBegin = Error(8, "A number needs a digit before its point.");
    public static readonly DbcFault NumberTooLarge = Error(9, "The number {0} is too large. The largest is used.");
    public static readonly DbcFault NoSelector = Error(11, "A multiplexed signal needs a number after the 'm', and a multiplexer is an 'M'. It is taken as neither.");
    public static readonly DbcFault NotKept = Info(10, "RxCan does not keep {0} statements.");

    public static readonly DbcFault ExtendedId = Error(20, "The identifier {0} has more than 11 bits, but bit 31 is not set. It is taken as a 29-bit identifier.");
    public static readonly DbcFault LargeId = Error(21, "The identifier {0} has more than 29 bits. Only the lowest 29 are used.");
    public static readonly DbcFault SameId = Warning(22, "The messages {0} and {1} have the same identifier.");
    public static readonly DbcFault SameMessage = Warning(23, "There are several messages {0}.");
    public static readonly DbcFault SameNode = Warning(24, "There are several nodes {0}. The first one counts.");
    public static readonly DbcFault LongMessage = Warning(25, "The message {0} has {1} bytes. A message that is not of J1939 has at most 64.");
    public static readonly DbcFault HugeMessage = Error(26, "The message {0} has {1} bytes. It is taken as one of 1785, the most that J1939 can send.");

    public static readonly DbcFault NoMessage = Error(30, "The signal {0} belongs to no message. It is skipped.");
    public static readonly DbcFault SameSignal = Warning(31, "The message {0} has several signals {1}.");
    public static readonly DbcFault BeyondMessage = Error(32, "The signal {0} does not fit into the {1} bytes of its message.");
    public static readonly DbcFault Overlap = Error(33, "The signal {0} overlaps {1}.");
    public static readonly DbcFault LongSignal = Error(34, "The signal {0} has {1} bits. It is not decoded: a number has at most 64.");
    public static readonly DbcFault FloatLength = Error(35, "The signal {0} of {1} bits cannot be a floating-point number: that takes 32 or 64. It is taken as an integer.");
    public static readonly DbcFault NoFactor = Error(36, "The factor of the signal {0} is 0. It is taken as 1.");
    public static readonly DbcFault NoMultiplexer = Error(37, "The signal {0} is multiplexed, but the message has no multiplexer. It is never decoded.");
    public static readonly DbcFault SeveralMultiplexers = Error(38, "The message has several multiplexers, and no SG_MUL_VAL_ says which one selects {0}. {1} is used.");
    public static readonly DbcFault MultiplexerLoop = Error(39, "The multiplexers of {0} select each other, or are nested too deeply. It is taken as always there.");

    public static readonly DbcFault UnknownMessage = Warning(40, "There is no message with the identifier {0}. The statement is skipped.");
    public static readonly DbcFault UnknownSignal = Warning(41, "The message {0} has no signal {1}. The statement is skipped.");
    public static readonly DbcFault UnknownNode = Warning(42, "There is no node {0}. The statement is skipped.");
    public static readonly DbcFault UnknownVariable = Warning(43, "There is no environment variable {0}. The statement is skipped.");
    public static readonly DbcFault UnknownTable = Warning(44, "There is no value table {0}. The statement is skipped.");
    public static readonly DbcFault UnknownMember = Warning(45, "The message {0} has no signal {1}. It is left out of the group.");
    public static readonly DbcFault UnknownType = Warning(46, "There is no signal type {0}. The statement is skipped.");
    public static readonly DbcFault NoRange = Error(47, "The range from {0} to {1} is empty. It is skipped.");
    public static readonly DbcFault Again = Warning(48, "{0} has {1} already. The last one counts.");
    public static readonly DbcFault NotInteger = Error(49, "The value {0} is not an integer of at most 64 bits. It is skipped.");

    public static readonly DbcFault UndefinedAttribute = Warning(50, "The attribute {0} has no definition here. Its type is that of its value.");
    public static readonly DbcFault DefinedAgain = Warning(51, "The attribute {0} is defined already. The first definition counts.");
    public static readonly DbcFault WrongType = Error(52, "The attribute {0} takes {1}. The value is skipped.");
    public static readonly DbcFault NotInEnum = Error(53, "{1} is not among the values of the attribute {0}.");

    public static readonly DbcFault TooMany = Warning(99, "The file has more faults. They are not listed.");

    private DbcFault(int number, DbcSeverity severity, string message) =>
        (Code, Severity, Message) = (FormattableString.Invariant($"DBC{number:0000}"), severity, message);

    public string Code { get; }

    public DbcSeverity Severity { get; }

    /// <summary>A sentence with up to two places to fill.</summary>
    public string Message { get; }

    private static DbcFault Error(int number, string message) => new(number, DbcSeverity.Error, message);

    private static DbcFault Warning(int number, string message) => new(number, DbcSeverity.Warning, message);

    private static DbcFault Info(int number, string message) => new(number, DbcSeverity.Info, message);
}
