using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace RxCan.Monitor.Tests;

/// <summary>The checks of axe-core for accessibility.</summary>
internal static class Axe
{
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>Fails if it finds anything, in either color scheme.</summary>
    public static async Task CheckAsync(IPage page, string state)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
            await page.EvaluateAsync(Script);
        foreach (var (scheme, options) in ((ColorScheme, string)[])[(ColorScheme.Light, "{}"), (ColorScheme.Dark, "{ runOnly: ['color-contrast', 'link-in-text-block'] }")])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme }); // dark differs in its colors only
            var found = await page.EvaluateAsync<string[]>($$"""
                async () => (await axe.run(document, { resultTypes: ['violations'], ...{{options}} })).violations.map(v =>
                    `${v.id}: ${v.help}: ${v.nodes.map(n => n.html + ' ' + n.any.map(a => a.message).join(' ')).join('; ')}`)
                """);
            Assert.True(found.Length == 0, $"{state}, {scheme}: {string.Join('\n', found)}");
        }
    }
}
