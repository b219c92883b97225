namespace RxCan.Tests;

/// <summary>A database with every statement of the format.</summary>
internal static class Everything
{
    public const string Text = """
        VERSION "1.2 \"beta\""

        NS_ :
            NS_DESC_
            CM_
            BA_DEF_
            VAL_
            SG_MUL_VAL_

        BS_: 500 : 1,2

        BU_: Engine Gateway Dash_short

        VAL_TABLE_ OnOff 1 "On" 0 "Off" ;

        BO_ 291 EngineData: 8 Engine
         SG_ Speed : 0|16@1+ (0.25,-10) [0|8000] "rpm" Gateway,Dash_short
         SG_ Torque : 23|12@0- (0.5,0) [-1000|1000] "Nm" Vector__XXX
         SG_ Gear : 32|4@1+ (1,0) [0|0] "" Gateway

        BO_ 2364539904 Eec1: 8 Vector__XXX
         SG_ Mode M : 0|4@1+ (1,0) [0|15] "" Gateway
         SG_ Inner m0M : 8|4@1+ (1,0) [0|15] "" Gateway
         SG_ Deep : 16|8@1+ (1,0) [0|255] "" Gateway
         SG_ Other m1 : 8|8@1+ (1,0) [0|255] "" Gateway

        BO_ 1000 Long_short: 64 Engine
         SG_ F : 0|32@1- (1,0) [0|0] "" Gateway
         SG_ D : 32|64@1- (1,0) [0|0] "" Gateway
         SG_ Wide : 128|64@1+ (1,0) [0|0] "" Gateway

        BO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 Vector__XXX
         SG_ Spare : 0|8@1+ (1,0) [0|0] "" Vector__XXX

        BO_TX_BU_ 291 : Engine,Gateway;

        EV_ Key: 0 [0|3] "" 1 5 DUMMY_NODE_VECTOR3 Engine,Dash_short;
        EV_ Plate: 0 [0|0] "" 0 6 DUMMY_NODE_VECTOR8001 Vector__XXX;
        EV_ Blob: 0 [0|0] "" 0 7 DUMMY_NODE_VECTOR0 Vector__XXX;
        ENVVAR_DATA_ Blob: 5;

        SGTYPE_ Percent : 8@1+ (0.4,0) [0|100] "%" 50,OnOff;

        CM_ "The whole
        network";
        CM_ BU_ Engine "An engine";
        CM_ BO_ 291 "A message";
        CM_ SG_ 291 Speed "A signal; with \"quotes\"";
        CM_ EV_ Key "A key";

        BA_DEF_ "BusType" STRING ;
        BA_DEF_ BU_ "NmStationAddress" HEX 0 255;
        BA_DEF_ BU_ "SystemNodeLongSymbol" STRING ;
        BA_DEF_ BO_ "GenMsgCycleTime" INT 0 65535;
        BA_DEF_ BO_ "GenMsgSendType" ENUM "Cyclic","OnChange","not used","not used";
        BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","reserved","J1939PG";
        BA_DEF_ BO_ "SystemMessageLongSymbol" STRING ;
        BA_DEF_ SG_ "GenSigStartValue" FLOAT 0 0;
        BA_DEF_ SG_ "SPN" INT 0 524287;
        BA_DEF_ SG_ "SystemSignalLongSymbol" STRING ;
        BA_DEF_ EV_ "Panel" STRING ;
        BA_DEF_REL_ BU_SG_REL_ "TimeoutTime" INT 0 65535;
        BA_DEF_REL_ BU_BO_REL_ "Project" ENUM "A","B";
        BA_DEF_REL_ BU_EV_REL_ "Use" STRING ;
        BA_DEF_DEF_ "BusType" "CAN";
        BA_DEF_DEF_ "NmStationAddress" 254;
        BA_DEF_DEF_ "GenMsgCycleTime" 0;
        BA_DEF_DEF_ "GenMsgSendType" "OnChange";
        BA_DEF_DEF_ "VFrameFormat" "StandardCAN";
        BA_DEF_DEF_REL_ "TimeoutTime" 0;
        BA_ "BusType" "CAN FD";
        BA_ "NmStationAddress" BU_ Engine 16;
        BA_ "SystemNodeLongSymbol" BU_ Dash_short "Dashboard";
        BA_ "GenMsgCycleTime" BO_ 291 20;
        BA_ "GenMsgSendType" BO_ 291 0;
        BA_ "VFrameFormat" BO_ 2364539904 3;
        BA_ "SystemMessageLongSymbol" BO_ 1000 "LongData";
        BA_ "GenSigStartValue" SG_ 291 Speed 40;
        BA_ "GenSigStartValue" SG_ 1000 Wide 18446744073709551615;
        BA_ "SPN" SG_ 2364539904 Mode 899;
        BA_ "SystemSignalLongSymbol" SG_ 1000 F "FloatingPoint";
        BA_ "Panel" EV_ Key "left";
        BA_REL_ "TimeoutTime" BU_SG_REL_ Gateway SG_ 291 Speed 500;
        BA_REL_ "Project" BU_BO_REL_ Gateway 291 1;
        BA_REL_ "Use" BU_EV_REL_ Gateway Key "often";

        VAL_ 291 Gear 3 "Third" 2 "Second" -1 "Reverse" ;
        VAL_ 2364539904 Mode OnOff ;
        VAL_ Key 0 "Off" 1 "Ignition" ;

        SIG_GROUP_ 291 Motion 1 : Speed Torque;
        SIG_VALTYPE_ 1000 F : 1;
        SIG_VALTYPE_ 1000 D : 2;
        SIG_TYPE_REF_ 291 Gear : Percent;
        SG_MUL_VAL_ 2364539904 Inner Mode 0-0;
        SG_MUL_VAL_ 2364539904 Deep Inner 1-3, 7-7;
        SG_MUL_VAL_ 2364539904 Other Mode 1-1;
        """;
}
