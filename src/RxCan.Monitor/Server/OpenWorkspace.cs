using System.Collections.Immutable;

namespace RxCan.Monitor;

/// <summary>The workspace that all pages share: what is opened replaces the transmit list, and is what new pages plot.</summary>
internal sealed class OpenWorkspace
{
    private readonly LiveBuses _buses;
    private readonly CyclicJobs _jobs;
    private readonly MonitorOptions _options;

    /// <summary>Takes what the file of the command line has.</summary>
    /// <exception cref="FormatException">A row or a plot of it makes no sense here.</exception>
    public OpenWorkspace(LiveBuses buses, CyclicJobs jobs, MonitorOptions options)
    {
        (_buses, _jobs, _options) = (buses, jobs, options);
        Plots = options.IsSimulated ? [.. VehicleSimulator.Signals.Take(3)] : [];
        try
        {
            if (options.Workspace is { } workspace)
                Open(workspace);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{options.WorkspaceFile}: {e.Message}", e);
        }
    }

    /// <summary>What a new page plots.</summary>
    public ImmutableArray<PlottedSignal> Plots { get; private set; }

    /// <summary>Opens a workspace, whole or not at all.</summary>
    /// <exception cref="FormatException">A row or a plot of it makes no sense here; nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">This monitor may only read.</exception>
    public void Open(Workspace workspace)
    {
        ImmutableArray<CyclicJob> jobs = [.. workspace.Transmit.Select(Job)];
        Plots = [.. workspace.Plots.Select(name => PlottedSignal.Find(name, _options) ?? throw new FormatException(
            $"There is no signal {name} to plot.{Missing(workspace)}")).DistinctBy(plot => plot.Name).Take(View.MaxPlots)];
        _jobs.Replace(jobs);

        CyclicJob Job(WorkspaceRow row)
        {
            try
            {
                var senders = _buses.Sendable.ToArray();
                // A log that is looked at has the same workspace as the vehicle, which it keeps.
                var bus = senders.FirstOrDefault(bus => bus.Name == row.Bus) ?? (senders.Length <= 1 || row.Bus == "" ? senders.FirstOrDefault() ?? _buses.All[0]
                    : throw new FormatException($"there is no bus {row.Bus}."));
                return new(bus, row.Frame, FrameInput.Parse(row.Frame, _options.Database, row.Bus), Numbers.Period(row.Period.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))
                {
                    BusName = row.Bus == "" ? bus.Name : row.Bus,
                    Count = Math.Max(0, row.Count),
                };
            }
            catch (FormatException e)
            {
                throw new FormatException($"Its row {row.Frame}: {e.Message}{Missing(workspace)}", e);
            }
        }
    }

    /// <summary>What is set up now.</summary>
    /// <param name="plots">The names of the plots of a page.</param>
    /// <param name="folder">Where the file will be; null if that is not known.</param>
    public Workspace Current(IEnumerable<string> plots, string? folder) => new()
    {
        Databases = [.. (_options.Database?.Files ?? []).Select(file => new WorkspaceDatabase(
            folder is null ? Path.GetFullPath(file.File) : Path.GetRelativePath(folder, Path.GetFullPath(file.File)), file.Bus == "" ? null : file.Bus))],
        Transmit = [.. _jobs.All.Select(job => new WorkspaceRow(job.Text, job.Period.TotalMilliseconds, job.BusName, job.Count))],
        Plots = [.. plots],
    };

    /// <summary>Writes the file of the command line.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    /// <exception cref="InvalidOperationException">This monitor may only read.</exception>
    public void Save(ImmutableArray<PlottedSignal> plots)
    {
        _options.ThrowIfReadOnly();
        var path = Path.GetFullPath(_options.WorkspaceFile ?? throw new InvalidOperationException("There is no workspace file: start with --workspace FILE."));
        Current(plots.Select(plot => plot.Name), Path.GetDirectoryName(path)).Save(path);
        Plots = plots;
    }

    /// <summary>Databases are loaded at the start only: no page names files of this machine.</summary>
    private string Missing(Workspace workspace) =>
        workspace.Databases.Count > (_options.Database?.Files.Count ?? 0) ? " Start with --workspace FILE to load its databases." : "";
}
