namespace RxCan.SocketCan.Interop;

/// <summary>The errors this library tells apart, asm-generic/errno.h.</summary>
internal enum Errno
{
    None = 0,
    EPERM = 1,
    EINTR = 4,
    ENXIO = 6,
    EAGAIN = 11,
    EACCES = 13,
    EBUSY = 16,
    EEXIST = 17,
    ENODEV = 19,
    EINVAL = 22,
    ETIME = 62,
    ECOMM = 70,
    EPROTO = 71,
    EBADMSG = 74,
    EILSEQ = 84,
    EMSGSIZE = 90,
    EPROTONOSUPPORT = 93,
    EOPNOTSUPP = 95,
    EAFNOSUPPORT = 97,
    EADDRNOTAVAIL = 99,
    ENETDOWN = 100,
    ENOBUFS = 105,
    ENOTCONN = 107,
    ESHUTDOWN = 108,
    ETIMEDOUT = 110,
    EHOSTUNREACH = 113,
    EALREADY = 114,
    ENOTRECOVERABLE = 131,
}
