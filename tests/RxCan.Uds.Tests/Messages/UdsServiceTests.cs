using System.Reactive.Linq;
using RxCan.Tests.Client;
using RxCan.Uds;

namespace RxCan.Tests.Messages;

/// <summary>The bytes of every service, both ways, by the message tables of ISO 14229-1: what a call sends, and what it makes of a response.</summary>
public sealed class UdsServiceTests
{
    private static readonly UdsDataIdentifier[] Snapshot = [new(0x4711, 5), new(0x0102, 1)];
    private static readonly byte[] Algorithm = [.. Enumerable.Range(0xA0, 16).Select(i => (byte)i)];
    private const string AlgorithmHex = "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF";

    private static readonly Dictionary<string, (Func<IUdsClient, IObservable<object>> Call, string Request, string Response, string Value)> Cases = new()
    {
        ["SessionControl"] = (c => Box(c.SessionControl(UdsSession.Programming)), "1002", "5002003201F4",
            "UdsSessionResponse { Session = Programming, P2 = 00:00:00.0500000, P2Star = 00:00:05 }"),
        ["SessionControl, 2006"] = (c => Box(c.SessionControl((UdsSession)0x60)), "1060", "5060", "UdsSessionResponse { Session = 96, P2 = , P2Star =  }"),
        ["Reset"] = (c => Box(c.Reset()), "1101", "5101", "UdsResetResponse { Reset = Hard, PowerDown =  }"),
        ["Reset, power down"] = (c => Box(c.Reset(UdsReset.EnableRapidPowerShutdown)), "1104", "51040A",
            "UdsResetResponse { Reset = EnableRapidPowerShutdown, PowerDown = 00:00:10 }"),
        ["RequestSeed"] = (c => Box(c.RequestSeed(1)), "2701", "67013657", "3657"),
        ["RequestSeed with data"] = (c => Box(c.RequestSeed(0x61, [1, 2])), "27610102", "676100", "00"),
        ["SendKey"] = (c => Box(c.SendKey(1, [0xC9, 0xA9])), "2702C9A9", "6702", "()"),
        ["CommunicationControl"] = (c => Box(c.CommunicationControl(UdsCommunicationControl.EnableRxAndDisableTx, UdsCommunicationType.NetworkManagement)),
            "280102", "6801", "()"),
        ["CommunicationControl with a node"] = (
            c => Box(c.CommunicationControl(UdsCommunicationControl.EnableRxAndDisableTxWithEnhancedAddress, UdsCommunicationType.Normal, 10)),
            "280401000A", "6804", "()"),
        ["DeAuthenticate"] = (c => Authentication(c.DeAuthenticate()), "2900", "690010", "DeAuthenticate DeAuthenticationSuccessful: "),
        ["VerifyCertificate"] = (c => Authentication(c.VerifyCertificate(false, 0, [1, 2, 3])), "2901000003010203" + "0000", "6901110002AABB0001CC",
            "VerifyCertificateUnidirectional CertificateVerifiedOwnershipVerificationNecessary: AABB-CC"),
        ["VerifyCertificate, bidirectional"] = (c => Authentication(c.VerifyCertificate(true, 7, [1], [2, 3])), "29020700010100020203",
            "6902110001AA0001BB0001CC0001DD", "VerifyCertificateBidirectional CertificateVerifiedOwnershipVerificationNecessary: AA-BB-CC-DD"),
        ["ProofOfOwnership"] = (c => Authentication(c.ProofOfOwnership([9], [8, 7])), "29030001090002" + "0807", "690312000166",
            "ProofOfOwnership OwnershipVerifiedAuthenticationComplete: 66"),
        ["TransmitCertificate"] = (c => Authentication(c.TransmitCertificate(0x1234, [5])), "29041234000105", "690413", "TransmitCertificate CertificateVerified: "),
        ["RequestChallenge"] = (c => Authentication(c.RequestChallenge(1, Algorithm)), "290501" + AlgorithmHex, "690500" + AlgorithmHex + "0001110000",
            $"RequestChallengeForAuthentication RequestAccepted: {AlgorithmHex}-11"),
        ["VerifyProofOfOwnership"] = (c => Authentication(c.VerifyProofOfOwnership(false, Algorithm, [1], [2], [3])),
            "2906" + AlgorithmHex + "000101000102000103", "690612" + AlgorithmHex + "0000",
            $"VerifyProofOfOwnershipUnidirectional OwnershipVerifiedAuthenticationComplete: {AlgorithmHex}"),
        ["VerifyProofOfOwnership, bidirectional"] = (c => Authentication(c.VerifyProofOfOwnership(true, Algorithm, [1])),
            "2907" + AlgorithmHex + "00010100000000", "690712" + AlgorithmHex + "0001EE0001FF",
            $"VerifyProofOfOwnershipBidirectional OwnershipVerifiedAuthenticationComplete: {AlgorithmHex}-EE-FF"),
        ["AuthenticationConfiguration"] = (c => Authentication(c.AuthenticationConfiguration()), "2908", "690802", "AuthenticationConfiguration ConfigurationApce: "),
        ["TesterPresent"] = (c => Box(c.TesterPresent()), "3E00", "7E00", "()"),
        ["AccessTimingParameter"] = (c => Box(c.AccessTimingParameter(UdsTimingAccess.ReadExtendedTimingParameterSet)), "8301", "C301001900C8", "001900C8"),
        ["AccessTimingParameter, set"] = (c => Box(c.AccessTimingParameter(UdsTimingAccess.SetTimingParametersToGivenValues, [1, 2])), "83040102", "C304", ""),
        ["SecuredData"] = (
            c => c.SecuredData(new(0x0041, 6, 0x1122, new byte[] { 0x22, 0xF1, 0x90 }, new byte[] { 0xAA, 0xBB })).Select(
                d => (object)$"{d.Administrative:X4} {d.Calculation} {d.AntiReplay:X4} {Convert.ToHexString(d.Message.Span)} {Convert.ToHexString(d.Signature.Span)}"),
            "840041060002112222F190AABB", "C40041060001112362F19001DD", "0041 6 1123 62F19001 DD"),
        ["ControlDtcSetting"] = (c => Box(c.ControlDtcSetting(UdsDtcSetting.Off)), "8502", "C502", "()"),
        ["ControlDtcSetting with codes"] = (c => Box(c.ControlDtcSetting(UdsDtcSetting.On, [1, 2, 3])), "8501010203", "C501", "()"),
        ["ResponseOnEvent"] = (c => Events(c.ResponseOnEvent(UdsResponseEvent.OnDtcStatusChange, 0x80, [1], [0x19, 0x0E])), "86018001190E", "C601008001190E",
            "OnDtcStatusChange False 0 8001190E"),
        ["ResponseOnEvent, start and store"] = (c => Events(c.ResponseOnEvent(UdsResponseEvent.Start, store: true)), "864502", "C6450002", "Start True 0 02"),
        ["ResponseOnEvent, comparison"] = (
            c => Events(c.ResponseOnEvent(UdsResponseEvent.OnComparisonOfValues, 2, [0x01, 0x04, 0x01, 0, 0, 0, 0x32, 0x0A, 0x0A, 0x78], [0x22, 1, 4])),
            "8607020104010000" + "00320A0A78220104", "C60700020104010000" + "00320A0A78220104", "OnComparisonOfValues False 0 02010401000000320A0A78220104"),
        ["ResponseOnEvent, active events"] = (c => Events(c.ResponseOnEvent(UdsResponseEvent.ReportActivatedEvents)), "860402", "C60400", "ReportActivatedEvents False 0 "),
        ["VerifyBitRate, fixed"] = (c => Box(c.VerifyBitRate(UdsLinkMode.Can500000)), "870112", "C701", "()"),
        ["VerifyBitRate"] = (c => Box(c.VerifyBitRate(150_000)), "87020249F0", "C702", "()"),
        ["TransitionBitRate"] = (c => Box(c.TransitionBitRate()), "8703", "C703", "()"),
        ["ReadData"] = (c => Box(c.ReadData(0xF190)), "22F190", "62F190574241", "574241"),
        ["ReadData, a value"] = (c => Box(c.ReadData(UdsData.ActiveSession)), "22F186", "62F18603", "Extended"),
        ["ReadData, several"] = (c => Box(c.ReadData([new(0x010A, 2), 0x0110, new(0x0112, 1)])), "22010A01100112", "62010AA66601108C8D8E0112FF",
            "010A=A666, 0110=8C8D8E, 0112=FF"),
        ["ReadMemory"] = (c => Box(c.ReadMemory(new(0x20481392, 0x0103))), "23242048139201" + "03", "63001122", "001122"),
        ["ReadScaling"] = (
            c => c.ReadScaling(0x0105).Select(all => (object)string.Join(' ', all.Select(s => $"{s.Type}:{s.Length}:{Convert.ToHexString(s.Extension.Span)}"))),
            "240105", "640105019500E04B001EA130", "UnsignedNumeric:1: Formula:5:00E04B001E UnitFormat:1:30"),
        ["StopPeriodic"] = (c => Box(c.StopPeriodic([0xE3, 0x24])), "2A04E324", "6A", "()"),
        ["DefineData by identifier"] = (c => Box(c.DefineData(0xF301, [new UdsDataPart(0x1234, 1, 2), new(0x5678, 1, 1), new(0x9ABC, 1, 4)])),
            "2C01F30112340102567801019ABC0104", "6C01F301", "()"),
        ["DefineData by memory"] = (c => Box(c.DefineData(0xF302, [new UdsMemory(0x21091969, 1), new(0x21091970, 1), new(0x13101995, 1)])),
            "2C02F3021421091969012109197001131019" + "9501", "6C02F302", "()"),
        ["ClearData"] = (c => Box(c.ClearData(0xF303)), "2C03F303", "6C03F303", "()"),
        ["ClearData, all"] = (c => Box(c.ClearData()), "2C03", "6C03", "()"),
        ["WriteData"] = (c => Box(c.WriteData(0xF190, [0x57, 0x30])), "2EF1905730", "6EF190", "()"),
        ["WriteData, a value"] = (c => Box(c.WriteData(UdsData.Vin, "W0L000043MB541326")), "2EF19057304C303030303433" + "4D42353431333236", "6EF190", "()"),
        ["WriteMemory"] = (c => Box(c.WriteMemory(new(0x2048, 2), [0, 0x8C])), "3D12204802008C", "7D12204802", "()"),
        ["ClearDtcs"] = (c => Box(c.ClearDtcs()), "14FFFFFF", "54", "()"),
        ["ClearDtcs, user memory"] = (c => Box(c.ClearDtcs(UdsDtcGroup.Emissions, 0x18)), "14FFFF3318", "54", "()"),
        ["19 01"] = (c => Box(c.CountDtcs(UdsDtcStatus.Confirmed)), "190108", "59012F010001",
            "UdsDtcCount { Report = NumberByStatusMask, StatusAvailability = TestFailed, TestFailedThisOperationCycle, Pending, Confirmed, TestFailedSinceLastClear, Format = Iso14229, Count = 1 }"),
        ["19 02"] = (c => Dtcs(c.ReadDtcs((UdsDtcStatus)0x84)), "190284", "59027F0A9B17240805112F", "7F: P0A9B-17 (24) P0805-11 (2F)"),
        ["19 03"] = (c => c.ReadDtcSnapshotNumbers().Select(l => (object)string.Join(' ', l.Select(i => $"{i.Code:X6}:{i.Number}"))), "1903",
            "5903123456011234560278" + "9ABC01", "123456:1 123456:2 789ABC:1"),
        ["19 04"] = (c => Snapshots(c.ReadDtcSnapshots(0x123456, Snapshot, 2)), "190412345602", "590412345624020147" + "11A66650" + "2068",
            "P1234-56 (24)/2: 4711=A666502068"),
        ["19 05"] = (c => Snapshots(c.ReadDtcStoredData(2, Snapshot)), "190502", "59050212345624014711A666502068", "P1234-56 (24)/2: 4711=A666502068"),
        ["19 05, nothing stored"] = (c => Snapshots(c.ReadDtcStoredData(2, Snapshot)), "190502", "590502", ""),
        ["19 06"] = (c => Extended(c.ReadDtcExtendedData(0x123456, length: n => n == 5 ? 1 : 2)), "1906123456FF", "590612345624051710791234"[..20] + "79",
            "P1234-56 (24)/5: 17 P1234-56 (24)/16: 7979"),
        ["19 07"] = (c => Box(c.CountDtcsBySeverity((UdsDtcSeverity)0xC0, (UdsDtcStatus)1)), "1907C001", "590709010002",
            "UdsDtcCount { Report = NumberBySeverityMask, StatusAvailability = TestFailed, Confirmed, Format = Iso14229, Count = 2 }"),
        ["19 08"] = (c => Dtcs(c.ReadDtcsBySeverity((UdsDtcSeverity)0xC0, (UdsDtcStatus)1)), "1908C001", "59087F4010080511" + "2F", "7F: P0805-11 (2F)/40/10"),
        ["19 09"] = (c => Dtcs(c.ReadDtcSeverity(0x080511)), "1909080511", "59097F40100805112F", "7F: P0805-11 (2F)/40/10"),
        ["19 0A"] = (c => Dtcs(c.ReadDtcs(UdsDtcReport.Supported)), "190A", "590A7F12345624234505002B0D0900", "7F: P1234-56 (24) P2345-05 (00) P2B0D-09 (00)"),
        ["19 0B"] = (c => Dtcs(c.ReadDtcs(UdsDtcReport.FirstTestFailed)), "190B", "590B7F12345626", "7F: P1234-56 (26)"),
        ["19 0C"] = (c => Dtcs(c.ReadDtcs(UdsDtcReport.FirstConfirmed)), "190C", "590C7F", "7F: "),
        ["19 0D"] = (c => Dtcs(c.ReadDtcs(UdsDtcReport.MostRecentTestFailed)), "190D", "590D7F12345626", "7F: P1234-56 (26)"),
        ["19 0E"] = (c => Dtcs(c.ReadDtcs(UdsDtcReport.MostRecentConfirmed)), "190E", "590E7F12345626", "7F: P1234-56 (26)"),
        ["19 0F"] = (c => Dtcs(c.ReadDtcs((UdsDtcStatus)1, UdsDtcReport.MirrorMemoryByStatusMask)), "190F01", "590F7F12345626", "7F: P1234-56 (26)"),
        ["19 10"] = (c => Extended(c.ReadDtcExtendedData(0x123456, 5, isMirror: true)), "191012345605", "5910123456240517", "P1234-56 (24)/5: 17"),
        ["19 11"] = (c => Box(c.CountDtcs((UdsDtcStatus)1, UdsDtcReport.MirrorMemoryNumberByStatusMask)), "191101", "591101040003",
            "UdsDtcCount { Report = MirrorMemoryNumberByStatusMask, StatusAvailability = TestFailed, Format = SaeJ2012Format04, Count = 3 }"),
        ["19 12"] = (c => Box(c.CountDtcs((UdsDtcStatus)1, UdsDtcReport.EmissionsNumberByStatusMask)), "191201", "591201000003",
            "UdsDtcCount { Report = EmissionsNumberByStatusMask, StatusAvailability = TestFailed, Format = SaeJ2012Format00, Count = 3 }"),
        ["19 13"] = (c => Dtcs(c.ReadDtcs((UdsDtcStatus)1, UdsDtcReport.EmissionsByStatusMask)), "191301", "59137F12345626", "7F: P1234-56 (26)"),
        ["19 14"] = (c => c.ReadDtcFaultCounters().Select(l => (object)string.Join(' ', l.Select(i => $"{i.Code:X6}:{i.Counter}"))), "1914",
            "5914123456609ABCDEFF", "123456:96 9ABCDE:-1"),
        ["19 15"] = (c => Dtcs(c.ReadDtcs(UdsDtcReport.PermanentStatus)), "1915", "59157F52345626", "7F: C1234-56 (26)"),
        ["19 16"] = (c => Extended(c.ReadDtcExtendedDataByNumber(5, 2)), "191605", "591605123456240102" + "923456240304", "P1234-56 (24)/5: 0102 B1234-56 (24)/5: 0304"),
        ["19 17"] = (c => Dtcs(c.ReadUserMemoryDtcs(0x18, (UdsDtcStatus)0x84)), "19178418", "5917187F12345624", "7F: P1234-56 (24)"),
        ["19 18"] = (c => Snapshots(c.ReadDtcSnapshots(0x123456, Snapshot, 2, 0x18)), "19181234560218", "5918181234562402010102AA", "P1234-56 (24)/2: 0102=AA"),
        ["19 19"] = (c => Extended(c.ReadDtcExtendedData(0x123456, 5, memory: 0x18)), "19191234560518", "591918123456240517", "P1234-56 (24)/5: 17"),
        ["19 1A"] = (c => Dtcs(c.ReadDtcsWithExtendedData(2)), "191A02", "591A0102112233011122340" + "1", "01: P1122-33 (01) P1122-34 (01)"),
        ["19 42"] = (c => Dtcs(c.ReadWwhObdDtcs(0x33, (UdsDtcStatus)8, (UdsDtcSeverity)2)), "19423308" + "02", "594233FFFF042025220" + "01F", "FF: P2522-00 (1F)/20/0"),
        ["19 55"] = (c => Dtcs(c.ReadWwhObdPermanentDtcs(0x33)), "195533", "595533FF042522001F", "FF: P2522-00 (1F)"),
        ["19 56"] = (c => Dtcs(c.ReadDtcsByReadinessGroup(0x33, 1)), "19563301", "595633FF04012522001F", "FF: P2522-00 (1F)"),
        ["ControlIO, return"] = (c => Box(c.ControlIO(0x9B00, UdsIOControl.ReturnControlToEcu)), "2F9B0000", "6F9B00003A", "3A"),
        ["ControlIO, adjust"] = (c => Box(c.ControlIO(0x0155, UdsIOControl.ShortTermAdjustment, [7, 0, 0], [0x80])), "2F01550307000080", "6F015503070000", "070000"),
        ["StartRoutine"] = (c => Box(c.StartRoutine(0x0201, [1])), "3101020101", "7101020132", "32"),
        ["StopRoutine"] = (c => Box(c.StopRoutine(0x0201)), "31020201", "710202013020"[..10], "30"),
        ["RoutineResults"] = (c => Box(c.RoutineResults(0x0201)), "31030201", "71030201", ""),
        ["RequestDownload"] = (c => Box(c.RequestDownload(new(0x602000, 0x00FFFF) { SizeBytes = 3 }, 0x11)), "34113360200000FFFF", "74200081", "129"),
        ["RequestUpload"] = (c => Box(c.RequestUpload(new(0x201000, 0x01FF))), "350023201000" + "01FF", "75200FFF", "4095"),
        ["TransferData"] = (c => Box(c.TransferData(1, [0xAA, 0xBB])), "3601AABB", "7601", ""),
        ["TransferExit"] = (c => Box(c.TransferExit([1])), "3701", "77CAFE", "CAFE"),
        ["Add a file"] = (c => Box(c.RequestFileTransfer(UdsFileOperation.Add, "D:/f", 0x11, 0xC350, 0x7530)), "38010004443A2F661102C3507530", "78010200811" + "1",
            "UdsFileResponse { Operation = Add, MaxBlockLength = 129, DataFormat = 17, Size = 0, CompressedSize = 0, Position = 0 }"),
        ["Delete a file"] = (c => Box(c.RequestFileTransfer(UdsFileOperation.Delete, "f")), "3802000166", "7802",
            "UdsFileResponse { Operation = Delete, MaxBlockLength = 0, DataFormat = 0, Size = 0, CompressedSize = 0, Position = 0 }"),
        ["Read a file"] = (c => Box(c.RequestFileTransfer(UdsFileOperation.Read, "f")), "380400016600", "7804020081000002C3507530",
            "UdsFileResponse { Operation = Read, MaxBlockLength = 129, DataFormat = 0, Size = 50000, CompressedSize = 30000, Position = 0 }"),
        ["Read a directory"] = (c => Box(c.RequestFileTransfer(UdsFileOperation.ReadDirectory, "d")), "3805000164", "780501FF0000010A",
            "UdsFileResponse { Operation = ReadDirectory, MaxBlockLength = 255, DataFormat = 0, Size = 10, CompressedSize = 0, Position = 0 }"),
        ["Resume a file"] = (c => Box(c.RequestFileTransfer(UdsFileOperation.Resume, "f", 0, 1)), "380600016600010101", "780601FF000000000000001000",
            "UdsFileResponse { Operation = Resume, MaxBlockLength = 255, DataFormat = 0, Size = 0, CompressedSize = 0, Position = 4096 }"),
        ["Any service"] = (c => Box(c.Request([0xBA, 1])), "BA01", "FA02", "FA02"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static IObservable<object> Box<T>(IObservable<T> source) => source.Select(value => (object)(value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        _ => $"{value}",
    }));

    private static IObservable<object> Authentication(IObservable<UdsAuthenticationResponse> source) => source.Select(r => (object)(
        $"{r.Task} {r.Result}: " + string.Join('-', new[]
        {
            r.Algorithm, r.Challenge, r.Certificate, r.ProofOfOwnership, r.EphemeralPublicKey, r.SessionKeyInfo, r.NeededAdditionalParameter,
        }.Where(part => part.Length > 0).Select(part => Convert.ToHexString(part.Span)))));

    private static IObservable<object> Events(IObservable<UdsResponseOnEventResponse> source) =>
        source.Select(r => (object)$"{r.Event} {r.Store} {r.Count} {Convert.ToHexString(r.Record.Span)}");

    private static IObservable<object> Dtcs(IObservable<UdsDtcList> source) => source.Select(list => (object)(
        $"{(byte)list.StatusAvailability:X2}: " + string.Join(' ', list.Codes.Select(c => c.Severity == 0 ? $"{c}" : $"{c}/{(byte)c.Severity:X2}/{c.FunctionalUnit:X}"))));

    private static IObservable<object> Snapshots(IObservable<IReadOnlyList<UdsDtcSnapshot>> source) =>
        source.Select(all => (object)string.Join(' ', all.Select(s => $"{s.Dtc}/{s.Number}: {s.Records}")));

    private static IObservable<object> Extended(IObservable<IReadOnlyList<UdsDtcExtendedData>> source) =>
        source.Select(all => (object)string.Join(' ', all.Select(r => $"{r.Dtc}/{r.Number}: {Convert.ToHexString(r.Data.Span)}")));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_service_has_these_bytes(string name)
    {
        var (call, request, response, value) = Cases[name];
        using var ecu = new ScriptedEcu().On(request, response);
        var got = ecu.Record(call(ecu.Client));
        ecu.Pass(10_000);
        Assert.Equal([request], ecu.Requests);
        Assert.Null(got.Error);
        Assert.Equal(value, Assert.Single(got.Values));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_service_can_be_pending_and_refused(string name)
    {
        var (call, request, response, value) = Cases[name];
        var service = request[..2];
        using var ecu = new ScriptedEcu().On(request, $"7F{service}78", $"4000 {response}").On(request, $"7F{service}22");
        Assert.Equal(value, ecu.Get(call(ecu.Client)));
        Assert.Equal(UdsNegativeResponseCode.ConditionsNotCorrect, ecu.Fails<UdsNegativeResponseException>(call(ecu.Client)).Code);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_malformed_response_is_an_error_and_nothing_else(string name)
    {
        var (call, request, response, _) = Cases[name];
        var good = Convert.FromHexString(response);
        var bad = new List<byte[]>();
        for (var length = 1; length < good.Length; length++)
            bad.Add(good[..length]);
        for (var i = 1; i < good.Length; i++)
        {
            foreach (var value in new byte[] { 0x00, 0xFF, (byte)(good[i] ^ 1) })
                bad.Add([.. good[..i], value, .. good[(i + 1)..]]);
        }

        bad.Add([.. good, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        using var ecu = new ScriptedEcu(new() { P2 = TimeSpan.FromMilliseconds(20) });
        foreach (var message in bad)
        {
            ecu.Otherwise = _ => [message];
            var got = ecu.Record(call(ecu.Client));
            ecu.Pass(10_000);
            Assert.True(got.HasEnded);
            Assert.True(
                got.Error is null or UdsException or TimeoutException or FormatException,
                $"{Convert.ToHexString(message)}: {got.Error}");
        }
    }

    [Theory]
    [InlineData("SessionControl", "500200")]
    [InlineData("SendKey", "670201")]
    [InlineData("RequestSeed", "6701")]
    [InlineData("19 02", "59027F0A9B1724080511")]
    [InlineData("19 01", "59012F0100")]
    [InlineData("19 04", "5904123456240201471" + "1A66650")]
    [InlineData("19 06", "59061234562405")]
    [InlineData("RequestDownload", "7420FF")]
    [InlineData("RequestDownload", "7400")]
    [InlineData("WriteData", "6EF190FF")]
    [InlineData("ReadMemory", "63")]
    [InlineData("ReadData, several", "62010AA666")]
    [InlineData("ReadScaling", "6401059500E04B")]
    [InlineData("Read a file", "7804FF00")]
    [InlineData("VerifyCertificate", "690111FFFFAABB0001CC")]
    [InlineData("SecuredData", "C400410600FF1123")]
    public void A_truncated_or_inconsistent_response_is_malformed(string name, string response)
    {
        var (call, request, _, _) = Cases[name];
        using var ecu = new ScriptedEcu().On(request, response);
        var error = ecu.Fails<UdsException>(call(ecu.Client));
        Assert.Contains("malformed", error.Message);
        Assert.Equal(response, Convert.ToHexString(error.Response.Span));
    }

    [Theory]
    [InlineData("0001AA0002BB", true)]
    [InlineData("0001AA00020002BB", true)] // the record of 0001 ends before the first 0002 or the second
    [InlineData("000100020002", true)]
    [InlineData("0003AA0002BB", false)]
    public void Several_records_are_split_if_there_is_one_way(string records, bool known)
    {
        using var ecu = new ScriptedEcu().On("2200010002", "62" + records);
        var exact = ecu.Record(ecu.Client.ReadData([new(1, 1), 2]));
        ecu.Pass(5000);
        Assert.Equal(known && records.StartsWith("0001AA", StringComparison.Ordinal), exact.Error is null);
        var open = ecu.Record(ecu.Client.ReadData([1, new(2, 1)]));
        ecu.Pass(5000);
        Assert.Equal(known && records.EndsWith("BB", StringComparison.Ordinal), open.Error is null);
        var ambiguous = ecu.Record(ecu.Client.ReadData([1, 2]));
        ecu.Pass(5000);
        Assert.Equal(known && records == "0001AA0002BB", ambiguous.Error is null);
    }

    [Fact]
    public void Codes_have_names()
    {
        Assert.Equal("P0123-16", new UdsDtc(0x012316, default).Name);
        Assert.Equal(["P0000", "C0300", "B1F00", "U3FFF"], new[] { 0x0000, 0x4300, 0x9F00, 0xFFFF }.Select(c => UdsDtc.NameOf((ushort)c)));
        for (var code = 0u; code <= 0xFFFFFF; code += 0x101)
            Assert.Equal(code, UdsDtc.CodeOf(new UdsDtc(code, default).Name));
        Assert.Equal(0xC10000u, UdsDtc.CodeOf("U0100"));
        foreach (var wrong in new[] { "", "X0100", "P4100", "P01", "P01G0", "P0100-1", "P0100_16", "P0100-1G" })
            Assert.Throws<FormatException>(() => UdsDtc.CodeOf(wrong));
    }

    [Fact]
    public void Periodic_data_comes_from_messages_or_frames_and_is_stopped()
    {
        using var ecu = new ScriptedEcu().On("2A01E324", "6A", "100 E31122", "200 24AA", "300 99AA", "400 E33344").On("2A04E324", "6A");
        var messages = ecu.Record(ecu.Client.ReadPeriodic(UdsPeriodicRate.Slow, [0xE3, 0x24]));
        using var other = ecu.Bus.Connect();
        var frames = ecu.Record(ecu.Client.ReadPeriodic(UdsPeriodicRate.Slow, [0xE3, 0x24], ecu.Can.Where(CanFilter.Id(0x6E8))));
        ecu.Pass(50);
        other.Send(new CanFrame(0x6E8, [0x24, 1, 2, 3, 4, 5, 6, 7]));
        ecu.Pass(1000);
        Assert.Equal(["E3:1122", "E3:1122", "24:AA", "24:AA", "E3:3344", "E3:3344"], messages.Values.Select(Show));
        Assert.Equal(["24:01020304050607"], frames.Values.Select(Show));
        messages.Subscription!.Dispose();
        frames.Subscription!.Dispose();
        ecu.Pass(1000);
        Assert.Equal(["2A01E324", "2A01E324", "2A04E324", "2A04E324"], ecu.Requests);

        static string Show(UdsPeriodicData data) => $"{data.Identifier:X2}:{Convert.ToHexString(data.Record.Span)}";
    }
}
