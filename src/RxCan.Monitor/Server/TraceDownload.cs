using System.Buffers;
using System.Text;

namespace RxCan.Monitor;

/// <summary>What the trace keeps as a log of candump, filtered as on the page that asks.</summary>
internal static class TraceDownload
{
    public static async Task WriteAsync(HttpContext context, LiveBuses buses, MonitorOptions options, string? filter, string? bus)
    {
        FrameFilter passed;
        try
        {
            passed = FrameFilter.Parse(filter ?? "", options.Database).On(bus);
        }
        catch (FormatException e)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(e.Message);
            return;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=trace.log";
        var end = buses.Trace.Count;
        var frames = ArrayPool<CanFrame>.Shared.Rent(512);
        try
        {
            var text = new StringBuilder();
            for (var next = buses.TraceFrom; next < end;)
            {
                next = buses.Trace.Read(next, frames.AsSpan(0, 512), out var count) + count;
                text.Clear();
                for (var i = 0; i < count; i++)
                {
                    if (passed.Matches(frames[i]))
                        text.Append(frames[i].ToString("L")).Append('\n');
                }

                await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
            }
        }
        finally
        {
            ArrayPool<CanFrame>.Shared.Return(frames);
        }
    }
}
