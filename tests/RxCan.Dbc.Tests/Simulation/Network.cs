using RxCan.Dbc;

namespace RxCan.Tests.Simulation;

/// <summary>A network of an ECU under test and the nodes around it.</summary>
internal static class Network
{
    public const string Text = """
        VERSION ""
        BU_: Engine Gateway ABS
        BO_ 256 WheelSpeeds: 8 ABS
         SG_ FrontLeft : 0|16@1+ (0.01,0) [0|300] "km/h" Engine
         SG_ FrontRight : 16|16@1+ (0.01,0) [0|300] "km/h" Engine
         SG_ Counter : 52|4@1+ (1,0) [0|15] "" Engine
        BO_ 257 Brake: 8 ABS
         SG_ Pressure : 16|16@1+ (0.1,0) [0|0] "bar" Engine
        BO_ 512 Status: 8 Gateway
         SG_ Ignition : 0|2@1+ (1,0) [0|3] "" Engine
         SG_ Odometer : 8|32@1+ (0.1,0) [0|0] "km" Engine
        BO_ 513 Clock: 8 Gateway
         SG_ Hour : 0|8@1+ (1,0) [0|23] "h" Engine
         SG_ Count : 8|2@1- (1,0) [0|0] "" Engine
        BO_ 514 Display: 8 Gateway
         SG_ Page M : 0|8@1+ (1,0) [0|0] "" Engine
         SG_ Text m1 : 8|8@1+ (1,0) [0|0] "" Engine
        BO_ 2566843646 VIN: 20 Gateway
         SG_ Year : 152|8@1+ (1,2000) [0|0] "" Engine
        BO_ 768 EngineData: 8 Engine
         SG_ EngineSpeed : 0|16@1+ (0.25,0) [0|8000] "rpm" Gateway
        BA_DEF_ BO_ "GenMsgCycleTime" INT 0 10000;
        BA_DEF_ BO_ "GenMsgSendType" ENUM "Cyclic","Spontaneous","CyclicAndSpontaneous","NoMsgSendType";
        BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","reserved","J1939PG";
        BA_DEF_ SG_ "GenSigStartValue" FLOAT 0 0;
        BA_DEF_DEF_ "GenMsgCycleTime" 0;
        BA_DEF_DEF_ "GenMsgSendType" "NoMsgSendType";
        BA_DEF_DEF_ "VFrameFormat" "StandardCAN";
        BA_ "GenMsgCycleTime" BO_ 256 20;
        BA_ "GenMsgCycleTime" BO_ 257 50;
        BA_ "GenMsgCycleTime" BO_ 512 100;
        BA_ "GenMsgSendType" BO_ 256 0;
        BA_ "GenMsgSendType" BO_ 512 2;
        BA_ "GenMsgSendType" BO_ 513 1;
        BA_ "GenMsgCycleTime" BO_ 768 10;
        BA_ "VFrameFormat" BO_ 2566843646 3;
        BA_ "GenSigStartValue" SG_ 256 FrontLeft 100;
        BA_ "GenSigStartValue" SG_ 512 Ignition 1;
        VAL_ 512 Ignition 0 "Off" 1 "Accessory" 2 "On";
        """;

    public static CanDatabase Database { get; } = CanDatabase.Parse(Text);
}
