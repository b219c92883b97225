using RxCan.Uds;

namespace RxCan.Tests.Server;

/// <summary>Requests and responses of every service, written from the message tables of ISO 14229-1:2020 and their examples.</summary>
public class ServerVectorTests
{
    [Theory]
    [InlineData("1001", "5001003201F4")] // DiagnosticSessionControl
    [InlineData("1003", "5003003201F4")]
    [InlineData("1083", "")]
    [InlineData("10", "7F1013")]
    [InlineData("1004", "7F1012")]
    [InlineData("100300", "7F1013")]
    [InlineData("1101", "5101")] // ECUReset
    [InlineData("1181", "")]
    [InlineData("1105", "7F1112")]
    [InlineData("110100", "7F1113")]
    [InlineData("14FFFFFF", "54")] // ClearDiagnosticInformation
    [InlineData("14FFFF33", "54")]
    [InlineData("140A9B17", "54")]
    [InlineData("14123456", "7F1431")]
    [InlineData("14FFFFFF18", "54")]
    [InlineData("14FFFFFF19", "7F1431")]
    [InlineData("14FFFF", "7F1413")]
    [InlineData("22F190", "62F190575258434 14E3030303030303030303031")] // ReadDataByIdentifier
    [InlineData("22F186", "62F18601")]
    [InlineData("22F2000105", "62F20012340 1055A")]
    [InlineData("22F200FFFF", "62F2001234")] // what is not there is left out
    [InlineData("22FFFF", "7F2231")]
    [InlineData("22F1", "7F2213")]
    [InlineData("22F19001", "7F2213")]
    [InlineData("220203", "7F2233")]
    [InlineData("220204", "7F2231")]
    [InlineData("220201", "7F2283")]
    [InlineData("220202", "7F2210")]
    [InlineData("220400", "7F2214")] // 5000 bytes in a message of 4095
    [InlineData("23 24 20481392 0003", "63929394")] // ReadMemoryByAddress, example 11.3.5.2
    [InlineData("23 14 20481400 01", "7F2331")]
    [InlineData("23 14 204813FF 01", "63FF")]
    [InlineData("23 14 204813FF 02", "7F2331")]
    [InlineData("23 14 20481300 00", "7F2331")]
    [InlineData("23 04 20481300 00", "7F2331")]
    [InlineData("23 91 20", "7F2313")]
    [InlineData("23 88 FFFFFFFFFFFFFFFF FFFFFFFFFFFFFFFF", "7F2331")]
    [InlineData("23 34 08000000 010000", "7F2314")]
    [InlineData("240105", "64010501A130")] // ReadScalingDataByIdentifier
    [InlineData("24F190", "7F2431")]
    [InlineData("2401", "7F2413")]
    [InlineData("2E0205 0102", "6E0205")] // WriteDataByIdentifier
    [InlineData("2E0205 0002", "7F2E31")]
    [InlineData("2E0205 01", "7F2E13")]
    [InlineData("2E0205", "7F2E13")]
    [InlineData("2E0105 01", "7F2E31")] // it can only be read
    [InlineData("2EFFFF 01", "7F2E31")]
    [InlineData("310102011234", "710102011234")] // RoutineControl
    [InlineData("31010201", "7F3113")]
    [InlineData("31020201", "7F3124")]
    [InlineData("31030201", "7F3124")]
    [InlineData("31040201", "7F3112")]
    [InlineData("310102", "7F3113")]
    [InlineData("31010999", "7F3131")]
    [InlineData("3101FF00", "7F3131")] // not in the default session
    [InlineData("318102011234", "")]
    [InlineData("3D 14 20481300 02 AABB", "7D142048130002")] // WriteMemoryByAddress
    [InlineData("3D 14 20481300 02 AA", "7F3D13")]
    [InlineData("3D 14 20481300", "7F3D13")]
    [InlineData("3D 12 1000 01 AA", "7F3D31")] // cannot be written
    [InlineData("3E00", "7E00")] // TesterPresent
    [InlineData("3E80", "")]
    [InlineData("3E01", "7F3E12")]
    [InlineData("3E81", "7F3E12")]
    [InlineData("3E0000", "7F3E13")]
    [InlineData("3E", "7F3E13")]
    [InlineData("2701", "7F277F")] // not in the default session
    [InlineData("280301", "7F287F")]
    [InlineData("2A01", "7F2A7F")]
    [InlineData("2F030000", "7F2F7F")]
    [InlineData("83", "7F837F")]
    [InlineData("84", "7F847F")]
    [InlineData("8502", "7F857F")]
    [InlineData("870112", "7F877F")]
    [InlineData("34", "7F347F")]
    [InlineData("35", "7F357F")]
    [InlineData("36", "7F367F")]
    [InlineData("37", "7F377F")]
    [InlineData("38", "7F387F")]
    [InlineData("BA01", "7FBA34")] // not authenticated
    [InlineData("00", "7F0011")]
    [InlineData("7F1011", "7F7F11")]
    [InlineData("50", "7F5011")]
    public void Requests_in_the_default_session(string request, string response) => AssertAnswer(UdsSession.Default, request, response);

    [Theory]
    [InlineData("2701", "67013657")] // SecurityAccess
    [InlineData("2702C9A8", "7F2724")]
    [InlineData("2703", "7F2712")]
    [InlineData("270100", "7F2713")]
    [InlineData("27", "7F2713")]
    [InlineData("2781", "")]
    [InlineData("2711", "7F2713")] // its data record has one byte
    [InlineData("271100", "7F2737")] // delayed since the start
    [InlineData("280301", "6803")] // CommunicationControl
    [InlineData("288301", "")]
    [InlineData("2804010A0B", "6804")]
    [InlineData("2803010A", "7F2813")]
    [InlineData("280401", "7F2813")]
    [InlineData("280300", "7F2831")]
    [InlineData("280601", "7F2812")]
    [InlineData("28", "7F2813")]
    [InlineData("2908", "690812")] // Authentication, which a handler serves
    [InlineData("2901", "7F2912")]
    [InlineData("2A0400", "6A")] // ReadDataByPeriodicIdentifier
    [InlineData("2A04", "6A")]
    [InlineData("2A0100", "6A")]
    [InlineData("2A01", "7F2A13")]
    [InlineData("2A", "7F2A13")]
    [InlineData("2A0500", "7F2A31")]
    [InlineData("2A0199", "7F2A31")]
    [InlineData("2C01F30101050101", "6C01F301")] // DynamicallyDefineDataIdentifier
    [InlineData("2C02F30214 20481392 02", "6C02F302")]
    [InlineData("2C01F3010105", "7F2C13")]
    [InlineData("2C01F30101050201", "7F2C31")] // behind the record
    [InlineData("2C01F30101050001", "7F2C31")] // positions count from 1
    [InlineData("2C01F10101050101", "7F2C31")]
    [InlineData("2C01F30102030101", "7F2C33")]
    [InlineData("2C02F30294 20481392 02", "7F2C31")]
    [InlineData("2C02F30214 20481392", "7F2C13")]
    [InlineData("2C03F301", "7F2C31")]
    [InlineData("2C03", "6C03")]
    [InlineData("2C04F301", "7F2C12")]
    [InlineData("2F030000", "6F03000011")] // InputOutputControlByIdentifier
    [InlineData("2F0300033C", "6F0300033C")]
    [InlineData("2F030003", "7F2F13")]
    [InlineData("2F030004", "7F2F31")]
    [InlineData("2F010500", "7F2F31")]
    [InlineData("2F0300", "7F2F13")]
    [InlineData("34 00 14 20481300 20", "74200FFF")] // RequestDownload
    [InlineData("34 10 14 20481300 20", "7F3431")]
    [InlineData("34 00 04 20481300 20", "7F3431")]
    [InlineData("34 00 14 20481300", "7F3413")]
    [InlineData("34 00 14 08000000 20", "7F3431")] // only in the programming session
    [InlineData("34", "7F3413")]
    [InlineData("35 00 14 20481300 20", "75200FFF")] // RequestUpload
    [InlineData("35 00 14 20481400 20", "7F3531")]
    [InlineData("3601AA", "7F3624")] // TransferData
    [InlineData("36", "7F3613")]
    [InlineData("37", "7F3724")] // RequestTransferExit
    [InlineData("3800", "7F3831")] // RequestFileTransfer
    [InlineData("380100052F612E747874", "7F3813")]
    [InlineData("380100042F612E74 00 02 0010 0010", "7801020FFF00")]
    [InlineData("38010 00C2F6C6F672F6F6E652E747874 00 01 10 10", "7F3831")] // it is there
    [InlineData("3802 000C 2F6C6F672F6F6E652E747874", "7802")]
    [InlineData("3802 0002 2F61", "7F3831")]
    [InlineData("3804 000C 2F6C6F672F6F6E652E747874 00", "7804020FFF0000010505")]
    [InlineData("3804 000C 2F6C6F672F6F6E652E747874 11", "7F3831")]
    [InlineData("3805 0005 2F6C6F672F", "7805020FFF00000119")]
    [InlineData("3803 0002 2F61 00 04 7FFFFFFF 7FFFFFFF", "7F3870")]
    [InlineData("8301", "C301000A0064")] // AccessTimingParameter
    [InlineData("8302", "C302")]
    [InlineData("8303", "C303003201F4")]
    [InlineData("8304 00640064", "C304")]
    [InlineData("8304 00090064", "7F8331")]
    [InlineData("8304 0064", "7F8313")]
    [InlineData("8305", "7F8312")]
    [InlineData("84 0000 00 0001 0007 22F186 AA", "C40000000001000762F18603AA")] // SecuredDataTransmission
    [InlineData("84 0000 00 0001 0007 22FFFF AA", "C4000000000100077F2231AA")]
    [InlineData("84 0000 00 0001 0007 22F186 AB", "7F843A")]
    [InlineData("84 0000 00 0001 0007 8400 AA", "7F8439")]
    [InlineData("84 0000", "7F8413")]
    [InlineData("8502", "C502")] // ControlDTCSetting
    [InlineData("8501", "C501")]
    [InlineData("8502FFFFFF", "C502")]
    [InlineData("8502FF", "7F8531")]
    [InlineData("8503", "7F8512")]
    [InlineData("8582", "")]
    [InlineData("8603 02 0105 220105", "C60300020105220105")] // ResponseOnEvent
    [InlineData("8605 02", "7F8624")]
    [InlineData("8600 02", "C6000002")]
    [InlineData("8604 02", "C60400")]
    [InlineData("8606 02", "C6060002")]
    [InlineData("8603 02 0105 3E00", "7F8631")]
    [InlineData("8603 02 FFFF 220105", "7F8631")]
    [InlineData("8603 02 0105", "7F8613")]
    [InlineData("860A 02", "7F8612")]
    [InlineData("86", "7F8613")]
    [InlineData("870112", "C701")] // LinkControl
    [InlineData("8702 0249F0", "C702")]
    [InlineData("8703", "7F8724")]
    [InlineData("870113", "7F8731")]
    [InlineData("8702 0249F1", "7F8731")]
    [InlineData("8704", "7F8712")]
    [InlineData("8701", "7F8713")]
    public void Requests_in_the_extended_session(string request, string response) => AssertAnswer(UdsSession.Extended, request, response);

    [Theory]
    [InlineData("190108", "5901FF040001")] // number by status mask
    [InlineData("190208", "5902FF0A9B172F")]
    [InlineData("1902FF", "5902FF0A9B172F08051124C0730050")]
    [InlineData("190200", "5902FF")]
    [InlineData("1903", "59030A9B1702")]
    [InlineData("19040A9B1702", "59040A9B172F02024711A666471207")] // example 12.3.5.5
    [InlineData("19040A9B17FF", "59040A9B172F02024711A666471207")]
    [InlineData("190408051102", "590408051124")] // nothing is stored
    [InlineData("19040A9B1703", "7F1931")]
    [InlineData("190412345602", "7F1931")]
    [InlineData("190502", "5905020A9B172F024711A666471207")]
    [InlineData("190507", "7F1931")]
    [InlineData("19060A9B1705", "59060A9B172F0517")] // example 12.3.5.7
    [InlineData("19060A9B17FF", "59060A9B172F05179179")]
    [InlineData("19060A9B17FE", "59060A9B172F9179")]
    [InlineData("19060A9B1706", "7F1931")]
    [InlineData("190740FF", "5907FF040001")]
    [InlineData("190840FF", "5908FF40100A9B172F")]
    [InlineData("19090A9B17", "5909FF40100A9B172F")]
    [InlineData("1909123456", "7F1931")]
    [InlineData("190A", "590AFF0A9B172F08051124C0730050")]
    [InlineData("190B", "590BFF0A9B172F")]
    [InlineData("190C", "590CFF0A9B172F")]
    [InlineData("190D", "590DFF0A9B172F")]
    [InlineData("190E", "590EFF0A9B172F")]
    [InlineData("190FFF", "590FFF0A9B172F")]
    [InlineData("19100A9B1705", "59100A9B172F0517")]
    [InlineData("191008051105", "7F1931")] // not in the mirror memory
    [InlineData("1911FF", "5911FF040001")]
    [InlineData("1912FF", "5912FF040001")]
    [InlineData("1913FF", "5913FF0A9B172F")]
    [InlineData("1914", "591408051160")]
    [InlineData("1915", "5915FF08051124")]
    [InlineData("191605", "5916050A9B172F17")]
    [InlineData("1916F0", "7F1931")]
    [InlineData("1917FF18", "591718FF12345609")]
    [InlineData("1917FF19", "7F1931")]
    [InlineData("191812345602 18", "59181812345609")]
    [InlineData("19191234560118", "5919181234560 90109")]
    [InlineData("191A05", "591AFF050A9B172F")]
    [InlineData("194233FFFF", "594233FFFF04400A9B172F")]
    [InlineData("194244FFFF", "7F1931")]
    [InlineData("195533", "595533FF04")]
    [InlineData("19563301", "595633FF04010A9B172F")]
    [InlineData("1901", "7F1913")]
    [InlineData("19", "7F1913")]
    [InlineData("1960", "7F1912")]
    [InlineData("1982FF", "")]
    public void Reports_of_trouble_codes(string request, string response) => AssertAnswer(UdsSession.Default, request, response);

    private static void AssertAnswer(UdsSession session, string request, string response)
    {
        response = response.Replace(" ", "", StringComparison.Ordinal);
        Assert.Equal(response, In(session).Ask(request));

        // A group of control units does not hear from those that do not know the service, the sub-function or the data.
        var isHidden = response is ['7', 'F', ..] && response[4..] is "11" or "12" or "31" or "7E" or "7F";
        isHidden |= response.EndsWith("7F2231AA", StringComparison.Ordinal); // inside a protected response
        Assert.Equal(isHidden ? "" : response, In(session).Ask(request, isFunctional: true));
    }

    private static ServerBench In(UdsSession session)
    {
        var bench = new ServerBench();
        bench.Ask($"10{(byte)session:X2}");
        return bench;
    }
}
