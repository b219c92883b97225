using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RxCan.Tests.Frames;

/// <summary>Frames, identifiers and filters in JSON and in configuration.</summary>
[Trait("Length", "Long")]
public sealed partial class TextConversionTests
{
    private static readonly CanFrame Received =
        CanFrame.Parse("123#DEADBEEF").WithUnixTimeNanoseconds(1_735_270_588_936_508_123).WithInterface("can0");

    public static TheoryData<object, string> Texts { get; } = new()
    {
        { CanFrame.Parse("123#DEADBEEF"), "\"123#DEADBEEF\"" },
        { CanFrame.Parse("1F334455##1AABB"), "\"1F334455##1AABB\"" },
        { CanFrame.Parse("123#R8"), "\"123#R8\"" },
        { Received, "\"(1735270588.936508123) can0 123#DEADBEEF\"" },
        { (CanId)0x7E8, "\"7E8\"" },
        { CanId.Extended(0x123), "\"00000123\"" },
        { CanFilter.Parse("7E8:7FF,100-1FF,~123"), "\"7E8:7FF,100-1FF,~123\"" },
    };

    [Theory]
    [MemberData(nameof(Texts), DisableDiscoveryEnumeration = true)]
    public void Values_are_their_text_in_JSON_and_in_configuration_in_every_culture(object value, string json)
    {
        using var comma = new Comma();
        var converter = TypeDescriptor.GetConverter(value.GetType());
        var text = value.ToString()!;

        Assert.Equal(json, JsonSerializer.Serialize(value, Plain));
        Assert.Equal(value, JsonSerializer.Deserialize(json, value.GetType(), Plain));
        Assert.True(converter.CanConvertFrom(typeof(string)));
        Assert.Equal(value, converter.ConvertFrom(null, CultureInfo.CurrentCulture, $" {text} "));
        Assert.Equal(text, converter.ConvertToString(value));
    }

    [Fact]
    public void A_received_frame_keeps_its_time_and_interface_in_JSON()
    {
        var read = JsonSerializer.Deserialize<CanFrame>(JsonSerializer.Serialize(Received));
        var unnamed = JsonSerializer.Deserialize<CanFrame>(JsonSerializer.Serialize(Received.WithInterface("")));

        Assert.Equal((Received, Received.UnixTimeNanoseconds, "can0"), (read, read.UnixTimeNanoseconds, read.Interface));
        Assert.Equal((Received.Timestamp, ""), (unnamed.Timestamp, unnamed.Interface));
    }

    [Fact]
    public void Identifiers_are_read_from_numbers_and_name_properties()
    {
        var names = new Dictionary<CanId, string> { [0x7E8] = "engine", [CanId.Extended(1)] = "gateway" };

        Assert.Equal("""{"7E8":"engine","00000001":"gateway"}""", JsonSerializer.Serialize(names));
        Assert.Equal(names, JsonSerializer.Deserialize<Dictionary<CanId, string>>(JsonSerializer.Serialize(names)));
        Assert.Equal(0x7E8, JsonSerializer.Deserialize<CanId>("2024"));
    }

    [Theory]
    [InlineData(typeof(CanFrame), "\"123\"")]
    [InlineData(typeof(CanFrame), "null")]
    [InlineData(typeof(CanId), "\"800\"")]
    [InlineData(typeof(CanId), "536870912")]
    [InlineData(typeof(CanId), "null")]
    [InlineData(typeof(CanFilter), "\"xyz\"")]
    public void Wrong_text_is_a_JsonException_that_says_what_to_write(Type type, string json)
    {
        var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, type));
        Assert.Contains(type == typeof(CanId) && json[0] == '5' ? "at most" : "is not a CAN", error.Message, StringComparison.Ordinal);
        if (json[0] == '"')
            Assert.Throws<FormatException>(() => TypeDescriptor.GetConverter(type).ConvertFromInvariantString(json.Trim('"')));
    }

    [Fact]
    public void The_source_generator_of_JSON_takes_them()
    {
        var rule = new Rule(CanFilter.Id(1), 0x123, CanFrame.Parse("123#11"));

        var json = JsonSerializer.Serialize(rule, Rules.Default.Rule);

        Assert.Equal("""{"Filter":"001","Id":"123","Frame":"123#11"}""", json);
        Assert.Equal(rule, JsonSerializer.Deserialize(json, Rules.Default.Rule));
    }

    internal sealed record Rule(CanFilter Filter, CanId Id, CanFrame Frame);

    [JsonSerializable(typeof(Rule))]
    internal sealed partial class Rules : JsonSerializerContext;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
