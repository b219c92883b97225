using System.Text.RegularExpressions;
using RxCan.Uds;

namespace RxCan.Tests.Server;

/// <summary>
/// What udsoncan's client asked this server over ISO-TP in one session, and the answers, which it accepted. A line is a call: requests with
/// '&gt;', responses with '&lt;'; 05*4000 is 4000 times the byte 05.
/// </summary>
public class PeerVectorTests
{
    [Fact]
    public void The_answers_are_those_that_udsoncan_accepted()
    {
        var ecu = new TestEcu();
        ecu.Ecu.Sessions[UdsSession.Safety] = UdsAccess.Always;
        ecu.Ecu.Resets.Add(UdsReset.EnableRapidPowerShutdown);
        ecu.Ecu.Resets.Add(UdsReset.DisableRapidPowerShutdown);
        ecu.Ecu.BitRates.Add(250_000);
        var bench = new ServerBench(ecu);
        using var reader = new StreamReader(typeof(PeerVectorTests).Assembly.GetManifestResourceStream("UdsoncanVectors.txt")!);
        var count = 0;
        while (reader.ReadLine() is { } line)
        {
            line = Regex.Replace(line, "(..)\\*([0-9]+)", match => string.Concat(Enumerable.Repeat(match.Groups[1].Value, int.Parse(match.Groups[2].Value))));
            var asked = line.Split(' ');
            for (var i = 0; i < asked.Length; i++)
            {
                var isAnswered = i + 1 < asked.Length && asked[i + 1][0] == '<';
                Assert.Equal('>', asked[i][0]);
                Assert.Equal(isAnswered ? asked[i + 1][1..] : "", bench.Ask(asked[i][1..]));
                i += isAnswered ? 1 : 0;
                count++;
            }
        }

        Assert.True(count > 110);
    }
}
