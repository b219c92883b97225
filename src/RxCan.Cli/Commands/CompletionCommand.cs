using System.CommandLine;
using RxCan.Cli.Text;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan completion SHELL</c>.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _rxcan() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(rxcan "[suggest:$COMP_POINT]" "$COMP_LINE" 2> /dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _rxcan rxcan
        """;

    private const string Zsh = """
        #compdef rxcan
        _rxcan() { compadd -- ${(f)"$(rxcan "[suggest:$CURSOR]" "$BUFFER" 2> /dev/null)"}; _files }
        compdef _rxcan rxcan
        """;

    private const string Fish = "complete -c rxcan -a '(rxcan \"[suggest:\"(commandline -C)\"]\" (commandline) 2> /dev/null)'";

    public static Command Create(Shell shell)
    {
        var name = Read.Argument("SHELL", "bash, zsh or fish.", text => text is "bash" or "zsh" or "fish" ? text : throw new FormatException($"There is no completion for '{text}': write bash, zsh or fish."));
        name.CompletionSources.Add("bash", "zsh", "fish");
        return new BenchCommand("completion", "Prints what a shell needs to complete rxcan's words.", "rxcan completion bash > ~/.local/share/bash-completion/completions/rxcan", "rxcan completion fish > ~/.config/fish/completions/rxcan.fish") { name }
            .Does(shell, parsed => shell.Print(parsed.GetValue(name) switch { "zsh" => Zsh, "fish" => Fish, _ => Bash }));
    }
}
