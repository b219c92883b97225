using System.Collections;
using System.Reflection;
using RxCan.IsoTp;
using RxCan.J1939;
using RxCan.Links;

namespace RxCan.Tests.Architecture;

/// <summary>Enforces what cannot be changed later: how public values are created, compared and written.</summary>
public sealed class PublicShapeTests
{
    private const int MaxParameters = 4;

    private static readonly DateTimeOffset Time = new(2024, 5, 31, 12, 30, 15, 250, TimeSpan.Zero);
    private static readonly CanFrame Frame = CanFrame.Parse("123#DEADBEEF").WithTimestamp(Time);
    private static readonly CanSignal Signal = new(0, 12, isSigned: true, factor: 0.125, offset: -40.5);
    private static readonly CanController Controller = new() { BitTiming = new() { Bitrate = 500_000, SamplePoint = 0.875 } };

    /// <summary>Values of public types whose text could depend on the culture, and that text.</summary>
    public static TheoryData<object, string> Texts { get; } = new()
    {
        { Signal, "0|12@1- (0.125,-40.5)" },
        { new CanSignalValue(-0.5, Frame), "-0.5 in 123#DEADBEEF" },
        { new CanSignalValues(Frame, [new(0, 8, factor: 0.5), new(32, 8)]), "111, - in 123#DEADBEEF" },
        { new Bounded<double>(-0.5, 2), "Bounded { Value = -0.5, Dropped = 2 }" },
        {
            new CanFaultPlan { Seed = 7, Loss = 0.25, Errors = 0.5, MaxDelay = TimeSpan.FromMilliseconds(5) },
            "CanFaultPlan { Seed = 7, Loss = 0.25, Errors = 0.5, Duplicates = 0, MaxDelay = 00:00:00.0050000 }"
        },
        { new CanBusLoad(0.25, 0.375, 10, TimeSpan.FromSeconds(1)), "CanBusLoad { Load = 0.25, WorstCaseLoad = 0.375, Frames = 10, Elapsed = 00:00:01 }" },
        { new CanPresence(0x123, true, Time), "CanPresence { Id = 123, IsPresent = True, Timestamp = 2024-05-31T12:30:15.2500000+00:00 }" },
        {
            new CanRestart { Interface = "can0", Timestamp = Time, Attempt = 1, Delay = TimeSpan.FromSeconds(0.1) },
            "CanRestart { Interface = can0, Timestamp = 2024-05-31T12:30:15.2500000+00:00, Attempt = 1, Delay = 00:00:00.1000000, Error =  }"
        },
        { Frame, "123#DEADBEEF" },
        {
            new LatestFrame(Frame, 3, new() { Count = 1, Last = TimeSpan.FromSeconds(-0.5) }),
            "LatestFrame { Frame = 123#DEADBEEF, Count = 3, Period = FramePeriod { Count = 1, Last = -00:00:00.5000000, Mean = 00:00:00, " +
            "Min = 00:00:00, Max = 00:00:00, Jitter = 00:00:00 } }"
        },
        {
            new MeasuredFrame(Frame, default),
            "MeasuredFrame { Frame = 123#DEADBEEF, Period = FramePeriod { Count = 0, Last = 00:00:00, Mean = 00:00:00, Min = 00:00:00, " +
            "Max = 00:00:00, Jitter = 00:00:00 } }"
        },
        { new IsoTpProgress(true, 1, 4), "IsoTpProgress { IsSending = True, Done = 1, Total = 4, Fraction = 0.25 }" },
        { new IsoTpMessage(IsoTpAddress.Normal(0x7E0, 0x7E8), [0x62, 0xF1, 0x90], Time), "7E0 -> 7E8 [3] 62F190" },
        { new IsoTpMessage(IsoTpAddress.Normal(0x7E0, 0x7E8), new byte[17], Time), $"7E0 -> 7E8 [17] {new string('0', 32)}..." },
        { new J1939Message { Pgn = 0xFECA, Source = 0x80, Data = new byte[2], Timestamp = Time }, "0FECA 80->FF !6 [2] 0000" },
        {
            Controller.BitTiming!.Value,
            "CanBitTiming { Bitrate = 500000, SamplePoint = 0.875, TimeQuantum = 0, PropagationSegment = 0, PhaseSegment1 = 0, PhaseSegment2 = 0, " +
            "SyncJumpWidth = 0, Prescaler = 0 }"
        },
        { Controller, "ErrorActive 500000 bit/s 87.5 %" },
        { new CanLink { Name = "can0", Index = 1, Controller = Controller }, "can0 down ErrorActive 500000 bit/s 87.5 %" },
        { new CanLinkSettings { Bitrate = 500_000, SamplePoint = 0.875, IsUp = true }, "CanLinkSettings { Bitrate = 500000, SamplePoint = 0.875, IsUp = True }" },
        { new CanLinkSettings(), "CanLinkSettings { }" },
        { new CanLinkUp("can0", Time), "2024-05-31 12:30:15.250Z can0: link up" },
        { new CanLinkDown("can0", Time), "2024-05-31 12:30:15.250Z can0: link down" },
        { new CanLinkRemoved("can0", Time), "2024-05-31 12:30:15.250Z can0: interface removed" },
        { new CanBusStateReported("can0", Time, new(CanLinkState.Up, CanState.ErrorPassive)), "2024-05-31 12:30:15.250Z can0: the bus is up, ErrorPassive" },
        { new CanStateChanged("can0", Time, CanState.BusOff), "2024-05-31 12:30:15.250Z can0: state BusOff" },
        { new CanReceiveFailed("can0", Time, new IOException("no memory")), "2024-05-31 12:30:15.250Z can0: cannot receive: no memory" },
        { new CanDataDiscarded("can0", Time, new FormatException("no frames")), "2024-05-31 12:30:15.250Z can0: data discarded: no frames" },
        { new CanFramesDropped("can0", Time, 2, 1000), "2024-05-31 12:30:15.250Z can0: 2 frames dropped, 1000 in all" },
        { new CanErrorReported("can0", Time, new() { Class = CanErrorClass.BusOff }), "2024-05-31 12:30:15.250Z can0: error bus-off" },
        {
            new CanObserverFailed("can0", Time, new InvalidOperationException("Oh.")),
            "2024-05-31 12:30:15.250Z can0: an observer threw InvalidOperationException: Oh."
        },
        {
            new CanCyclicDeleteFailed("can0", Time, 0x123, new CanBusException("can0", "Oh.")),
            "2024-05-31 12:30:15.250Z can0: the cyclic job or watch of 123 was not deleted: Oh."
        },
    };

    private static IEnumerable<Type> Values =>
        typeof(CanFrame).Assembly.GetExportedTypes().Where(type => (type.IsValueType && !type.IsEnum) || ApiRecords.IsRecord(type));

    [Fact]
    public void Positional_records_have_at_most_four_parameters() =>
        Assert.All(
            Values.Where(ApiRecords.IsRecord).Where(ApiRecords.IsPositional),
            type => Assert.InRange(type.GetConstructors()[0].GetParameters().Length, 0, MaxParameters));

    [Fact]
    public void Values_that_hold_bytes_or_lists_compare_by_content() => Assert.Empty(
        from type in Values
        where type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Any(field => IsMany(field.FieldType))
        where type.GetMethod(nameof(Equals), [type]) is not { } equality || IsGenerated(equality) || IsGenerated(type.GetMethod(nameof(GetHashCode))!)
        select type);

    [Fact]
    public void Structs_are_readonly_and_equatable_and_override_ToString() => Assert.Empty(
        from type in Values
        where type.IsValueType
        where !type.IsDefined(typeof(System.Runtime.CompilerServices.IsReadOnlyAttribute)) ||
            !type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEquatable<>)) ||
            type.GetMethod(nameof(ToString), [])!.DeclaringType != type
        select type);

    [Theory]
    [MemberData(nameof(Texts), DisableDiscoveryEnumeration = true)]
    public void Text_is_the_same_in_every_culture(object value, string text)
    {
        Assert.Equal(text, value.ToString());
        using var comma = new Comma();
        Assert.Equal(text, value.ToString());
        Assert.Equal(text, $"{value}");
    }

    [Fact]
    public void The_text_of_every_culture_dependent_type_is_tested()
    {
        Type[] cultural = [typeof(float), typeof(double), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset)];
        var seen = Texts.Select(row => row.Data.Item1.GetType()).Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type).ToHashSet();

        Assert.Empty(
            from type in Values
            where !type.IsAbstract && !seen.Contains(type)
            from property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            where property.PropertyType.IsGenericParameter || cultural.Contains(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)
            select $"{type}.{property.Name}");
    }

    [Fact]
    public void The_message_for_a_value_that_does_not_fit_is_the_same_in_every_culture()
    {
        using var comma = new Comma();

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Signal.Encode(500.5, new byte[2]));

        Assert.StartsWith("500.5 does not fit into 0|12@1- (0.125,-40.5): write -296.5 to 215.375.", error.Message, StringComparison.Ordinal);
    }

    private static bool IsMany(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type != typeof(string) && (typeof(IEnumerable).IsAssignableFrom(type) ||
            (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(ReadOnlyMemory<>) || type.GetGenericTypeDefinition() == typeof(Memory<>))));
    }

    private static bool IsGenerated(MethodInfo method) => method.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute));
}
