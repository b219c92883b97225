using Microsoft.AspNetCore.Antiforgery;

namespace RxCan.Monitor;

/// <summary>
/// Pages have no forms that a browser posts, so there are no tokens for them, and a post is refused. <see cref="Access"/> keeps other servers'
/// pages out. Tokens would be a cookie, which a browser shows to every port and to the next monitor, whose keys cannot read it.
/// </summary>
internal sealed class NoForms : IAntiforgery
{
    private static readonly AntiforgeryTokenSet None = new(requestToken: null, cookieToken: null, formFieldName: "none", headerName: null);

    public AntiforgeryTokenSet GetAndStoreTokens(HttpContext httpContext) => None;

    public AntiforgeryTokenSet GetTokens(HttpContext httpContext) => None;

    public Task<bool> IsRequestValidAsync(HttpContext httpContext) => Task.FromResult(HttpMethods.IsGet(httpContext.Request.Method) || HttpMethods.IsHead(httpContext.Request.Method));

    public async Task ValidateRequestAsync(HttpContext httpContext)
    {
        if (!await IsRequestValidAsync(httpContext))
            throw new AntiforgeryValidationException("Pages of the monitor have no forms.");
    }

    public void SetCookieTokenAndHeader(HttpContext httpContext)
    {
    }
}
