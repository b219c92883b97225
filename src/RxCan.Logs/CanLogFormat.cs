namespace RxCan.Logs;

/// <summary>The formats of log files.</summary>
public enum CanLogFormat
{
    /// <summary>can-utils' <c>candump -L</c>; <c>.log</c>.</summary>
    Candump,

    /// <summary>Vector's ASCII log; <c>.asc</c>.</summary>
    Asc,

    /// <summary>Vector's binary log; <c>.blf</c>.</summary>
    Blf,

    /// <summary>PEAK's trace, versions 1.0 to 2.1; <c>.trc</c>.</summary>
    Trc,

    /// <summary>libpcap's capture file with link type 227 (<c>LINKTYPE_CAN_SOCKETCAN</c>), or SLL (113) and SLL2 (276) when read; <c>.pcap</c>.</summary>
    Pcap,

    /// <summary>The pcapng capture file with the same link types; <c>.pcapng</c>.</summary>
    Pcapng,

    /// <summary>python-can's comma-separated values; <c>.csv</c>.</summary>
    Csv,

    /// <summary>SavvyCAN's comma-separated values (GVRET); <c>.csv</c>.</summary>
    SavvyCanCsv,

    /// <summary>ASAM MDF 4.1 bus logging; <c>.mf4</c>. Read only.</summary>
    Mdf4,
}
