using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace RxCan.Monitor;

/// <summary>
/// Who is served: requests to a name of this server, from a page of it, that show the token if there is one. Without the first two, any page
/// in the user's browser could reach a monitor that listens on this machine only, by a name that points here.
/// </summary>
internal sealed class Access(MonitorOptions options)
{
    private readonly byte[]? _token = options.Token is { } token ? Encoding.UTF8.GetBytes(token) : null;
    private readonly string? _pass = options.Token is { } token ? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"rxcan-monitor {token}"))) : null;

    public async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        var (request, response) = (context.Request, context.Response);
        if (!IsKnown(request.Host.Host, context.Connection.LocalIpAddress))
        {
            await RefuseAsync(response, StatusCodes.Status400BadRequest, $"'{request.Host.Host}' is not a name of this monitor. If it is, start it with --allow-host {request.Host.Host}.");
            return;
        }

        if (request.Headers.Origin is [{ } origin] && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value))
        {
            await RefuseAsync(response, StatusCodes.Status403Forbidden, "Pages of other servers are not served.");
            return;
        }

        if (_token is not null && _pass is not null)
        {
            var cookie = $"rxcan-monitor-{context.Connection.LocalPort}"; // a browser sends cookies to every port
            if (request.Query["token"] is [{ } shown] && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), _token))
            {
                response.Cookies.Append(cookie, _pass, new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", MaxAge = TimeSpan.FromDays(30) });
                response.Redirect(request.Path + QueryString.Create(request.Query.Where(q => q.Key != "token")));
                return;
            }

            if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Cookies[cookie] ?? ""), Encoding.UTF8.GetBytes(_pass)))
            {
                response.StatusCode = StatusCodes.Status401Unauthorized;
                response.ContentType = "text/html; charset=utf-8";
                await response.WriteAsync("""
                    <!DOCTYPE html><html lang="en"><title>rxcan-monitor</title><meta name="viewport" content="width=device-width">
                    <body style="font: 15px system-ui; margin: 15vh auto; max-width: 24em">
                    <form><label>This monitor asks for its token, which it printed when it was started:<br>
                    <input name="token" type="password" required autofocus style="font: inherit; margin: 1em 0"></label> <button>Open</button></form>
                    """);
                return;
            }
        }

        await next(context);
    }

    /// <summary>Whether a name leads here: localhost, the address of the connection, or an allowed one.</summary>
    private bool IsKnown(string host, IPAddress? local) =>
        options.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase) ||
        (IPAddress.TryParse(host.Trim('[', ']'), out var address)
            ? IPAddress.IsLoopback(address) || (local is not null && address.MapToIPv6().Equals(local.MapToIPv6()))
            : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ||
              (options.IsOpenToNetwork && host.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase)));

    private static Task RefuseAsync(HttpResponse response, int status, string why)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync($"rxcan-monitor: {why}\n");
    }
}
