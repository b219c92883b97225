using System.Buffers;
using System.Text;

namespace RxCan.Monitor;

/// <summary>What the trace keeps as a log of candump, filtered as on the page that asks.</summary>
internal static class TraceDownload
{
    public static async Task WriteAsync(HttpContext context, LiveBus bus, MonitorOptions options, string? filter)
    {
        FrameFilter passed;
        try
        {
            passed = FrameFilter.Parse(filter ?? "", options.Database);
        }
        catch (FormatException e)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(e.Message);
            return;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=trace.log";
        var end = bus.Trace.Count;
        var frames = ArrayPool<CanFrame>.Shared.Rent(512);
        try
        {
            var text = new StringBuilder();
            for (var next = 0L; next < end;)
            {
                next = bus.Trace.Read(next, frames.AsSpan(0, 512), out var count) + count;
                text.Clear();
                for (var i = 0; i < count; i++)
                {
                    var frame = frames[i].Interface == "" ? frames[i].WithInterface(bus.Name) : frames[i];
                    if (passed.Matches(frame))
                        text.Append(frame.ToString("L")).Append('\n');
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
