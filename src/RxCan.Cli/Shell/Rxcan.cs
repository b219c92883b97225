using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RxCan.Cli.Commands;
using RxCan.IsoTp;
using RxCan.J1939;
using RxCan.Uds;

namespace RxCan.Cli;

/// <summary>The command <c>rxcan</c>: its tree of commands, and what becomes of their errors.</summary>
internal static class Rxcan
{
    /// <summary>Runs this process's command.</summary>
    public static int RunProcess(string[] args)
    {
        using var interrupted = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        // Console's own stream takes a closed pipe for success; a file needs that stream, which appends where others have written.
        var stdout = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        using var shell = new Shell(
            stdout.CanSeek ? Console.OpenStandardOutput() : stdout, Console.Error, interrupted.Token, Console.OpenStandardInput(), PipeReader.WhenGone)
        {
            IsTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb",
            IsTalkTerminal = !Console.IsErrorRedirected,
            HasColours = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        };
        return Run(args, shell);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !interrupted.IsCancellationRequested; // the second one does not wait for anything
            interrupted.Cancel();
        }
    }

    /// <summary>Runs a command and returns its exit status.</summary>
    public static int Run(string[] args, Shell shell)
    {
        var root = Root(shell);
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            using var output = new StringWriter();
            if (parsed.Action is ParseErrorAction)
                return Complain(parsed, shell);
            var status = parsed.Invoke(new InvocationConfiguration
            {
                Output = output, // only of help, version and completion
                Error = shell.Talk,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
            if (output.ToString() is { Length: > 0 } text)
                shell.Out.WriteLine(text.TrimEnd());
            shell.Out.Dispose();
            if (shell.Out.Failure is { } failure)
                throw failure;
            return status;
        }
        catch (Exception e)
        {
            shell.Out.Dispose();
            if (e is OperationCanceledException && shell.Stop.IsCancellationRequested)
                return shell.Status;
            if (e is AggregateException { InnerException: { } inner })
                e = inner;
            var (status, why) = Judge(e);
            shell.ShowProgress("");
            shell.Say($"rxcan: {why}");
            if (status == ExitCode.Usage)
                shell.Say($"Try: {Path(parsed.CommandResult)} --help");
            return status;
        }
    }

    /// <summary>The status and the sentence of an error.</summary>
    private static (int Status, string Why) Judge(Exception error) => error switch
    {
        UsageException or FormatException or OverflowException => (ExitCode.Usage, error.Message),
        UdsNegativeResponseException => (ExitCode.Refused, error.Message),
        J1939RequestException => (ExitCode.Refused, error.Message),
        TimeoutException => (ExitCode.NoAnswer, error.Message),
        IsoTpException { Result: IsoTpResult.N_TIMEOUT_A or IsoTpResult.N_TIMEOUT_BS or IsoTpResult.N_TIMEOUT_CR } => (ExitCode.NoAnswer, error.Message),
        CanInterfaceNotFoundException { Interface: var name } when error.Message.Contains("removed", StringComparison.Ordinal) =>
            (ExitCode.Trouble, $"{name}: the interface was removed."), // what follows in the message is for programmers
        CanBusException { Interface: var name } => (ExitCode.Trouble, ForShells(error.Message, name)),
        ArgumentException { ParamName: { } parameter } => (ExitCode.Usage, error.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal)),
        ArgumentException or NotSupportedException => (ExitCode.Usage, error.Message),
        J1939AbortException { Reason: J1939AbortReason.Timeout } => (ExitCode.NoAnswer, error.Message),
        IOException or UnauthorizedAccessException or InvalidDataException or CanDatabaseException or InvalidOperationException => (ExitCode.Trouble, error.Message),
        _ => (ExitCode.Trouble, $"{error.GetType().Name}: {error.Message} This is a fault of rxcan: please report it."),
    };

    /// <summary>A sentence that names commands where the library's names its methods.</summary>
    private static string ForShells(string sentence, string name)
    {
        foreach (var verb in (string[])["Up", "Down", "Delete", "Restart"])
            sentence = sentence.Replace($"all CanLinks.{verb}(\"{name}\") first", $"all rxcan link {verb.ToLowerInvariant()} {name} first", StringComparison.Ordinal);
        return sentence
            .Replace($"call CanLinks.Configure(\"{name}\", new() {{ Bitrate = 500_000, IsUp = true }})", $"rxcan link up {name} 500k", StringComparison.Ordinal)
            .Replace(" Call CanBus.Register, or the registration method of the package that provides it, first.", " Or name an interface, or a log.", StringComparison.Ordinal)
            .Replace("Use SendAsync, which waits for room, or enlarge it", "Enlarge it", StringComparison.Ordinal);
    }

    private static int Complain(ParseResult parsed, Shell shell)
    {
        var command = Path(parsed.CommandResult);
        if (parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0 &&
            parsed.Errors.All(e => e.Message.StartsWith("Required command", StringComparison.Ordinal)))
        {
            var commands = string.Join(", ", parsed.CommandResult.Command.Subcommands.Select(c => c.Name));
            shell.Say($"rxcan: {command} needs a command: {commands}.");
        }
        else
        {
            // A missing command follows from a wrong one.
            var error = parsed.Errors.FirstOrDefault(e => !e.Message.StartsWith("Required command", StringComparison.Ordinal)) ?? parsed.Errors[0];
            shell.Say($"rxcan: {error.Message}");
        }

        shell.Say($"Try: {command} --help");
        return ExitCode.Usage;
    }

    private static string Path(CommandResult command)
    {
        var names = new List<string>();
        for (SymbolResult? at = command; at is not null; at = at.Parent)
        {
            if (at is CommandResult { Command: var c })
                names.Insert(0, c is RootCommand ? "rxcan" : c.Name);
        }

        return string.Join(' ', names);
    }

    private static RootCommand Root(Shell shell)
    {
        var root = new RootCommand(
            "One command for the CAN bench. BUS is an interface (can0), any (all interfaces), virtual:NAME (inside this process), or a log file. " +
            "Exit status: 0 done, 1 trouble with the bus or a file, 2 usage, 3 no answer in time, 4 negative response, 130 interrupted before any result.");
        foreach (var create in (Func<Shell, Command>[])
        [
            DumpCommand.Create, SendCommand.Create, GenCommand.Create, RecordCommand.Create, PlayCommand.Create, ConvertCommand.Create, InfoCommand.Create,
            DecodeCommand.Create, TopCommand.Create, DbcCommand.Create, IsoTpCommand.Create, UdsCommand.Create, ObdCommand.Create, J1939Command.Create,
            LinkCommand.Create, BridgeCommand.Create, MonitorCommand.Create, DoctorCommand.Create, CompletionCommand.Create,
        ])
        {
            root.Add(create(shell));
        }

        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
                option.Action = new HelpWithExamples(help);
        }

        return root;
    }

    /// <summary>The help, and the examples of the command.</summary>
    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var status = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is BenchCommand { Examples: [_, ..] examples })
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.Write("Examples:\n");
                foreach (var example in examples)
                    output.Write($"  {example}\n");
            }

            return status;
        }
    }
}
