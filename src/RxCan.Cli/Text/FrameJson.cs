using System.Text.Json;
using RxCan.Dbc;

namespace RxCan.Cli.Text;

/// <summary>Frames as objects.</summary>
internal static class FrameJson
{
    /// <summary>Writes time, bus, identifier, data, and what is not usual.</summary>
    public static void Write(Utf8JsonWriter json, in CanFrame frame, DecodedMessage? message = null)
    {
        json.WriteString("time"u8, Format.Time(frame));
        json.WriteString("bus"u8, frame.Interface);
        json.WriteString("id"u8, Format.Id(frame));
        json.WriteNumber("length"u8, frame.Length);
        if (frame.IsRemote)
            json.WriteBoolean("remote"u8, true);
        else
            json.WriteString("data"u8, Convert.ToHexString(frame.Data));
        if (frame.IsFd)
        {
            json.WriteBoolean("fd"u8, true);
            json.WriteBoolean("brs"u8, frame.BitRateSwitch);
            json.WriteBoolean("esi"u8, frame.ErrorStateIndicator);
        }

        if (frame.IsError)
            json.WriteString("error"u8, frame.ToError().ToString());
        if (frame.IsLocal)
            json.WriteBoolean("sent"u8, true);
        if (message is { } decoded)
            SignalText.Write(json, decoded, SignalValues.Named);
    }
}
