DROP TRIGGER room_preview_stays ON deals_roompreview;
DROP FUNCTION deals_room_preview_stays();
